{{/* What the pods of all roles and of the migration have in common; docker-compose.yml says the same of its containers. */}}
{{- define "orbit.pod" -}}
{{/* Names of Services would become variables such as ORBIT_WEB_PORT, which are settings of Orbit. */ -}}
enableServiceLinks: false
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "orbit.container" -}}
image: {{ include "orbit.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* Room for temporary files on a file system that is read-only otherwise. The database isn't there. */}}
{{- define "orbit.mounts" -}}
- {name: temporary, mountPath: /tmp}
- {name: data, mountPath: /var/lib/orbit}
- {name: secrets, mountPath: /run/secrets/orbit, readOnly: true}
{{- end -}}

{{- define "orbit.volumes" -}}
- name: temporary
  emptyDir: {sizeLimit: 64Mi}
- name: data
  emptyDir: {sizeLimit: 64Mi}
{{- end -}}
