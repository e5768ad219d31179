{{/* A process role. Takes (dict "root" $ "role" "bot" "replicas" 2 "recreate" false); without replicas something scales it. */}}
{{- define "orbit.role" -}}
{{- $values := index .root.Values .role -}}
{{- $name := printf "%s-%s" (include "orbit.fullname" .root) .role -}}
{{/* A worker alone makes backups, and alone gets what belongs to them. */ -}}
{{- $backups := and .root.Values.backups.publicKey (eq .role "worker") -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels:
    {{- include "orbit.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  {{- with .replicas }}
  replicas: {{ . }}
  {{- end }}
  revisionHistoryLimit: 3
  {{- if .recreate }}
  strategy: {type: Recreate}
  {{- else }}
  strategy:
    type: RollingUpdate
    rollingUpdate: {maxSurge: 1, maxUnavailable: 0}
  {{- end }}
  selector:
    matchLabels:
      {{- include "orbit.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .role }}
  template:
    metadata:
      labels:
        {{- include "orbit.labels" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .role }}
      annotations:
        # Changed settings start the processes anew.
        checksum/settings: {{ include "orbit.settings" .root | sha256sum }}
        {{- with .root.Values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "orbit.pod" .root | nindent 6 }}
      # Orbit stops in under ten seconds, after the three that it goes on serving.
      terminationGracePeriodSeconds: 20
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "orbit.selector" .root | nindent 14 }}
              app.kubernetes.io/component: {{ .role }}
      containers:
        - name: {{ .role }}
          {{- include "orbit.container" .root | nindent 10 }}
          args: [{{ .role }}]
          envFrom:
            - configMapRef: {name: {{ include "orbit.fullname" .root }}-settings}
          env:
            {{- range $setting, $key := .root.Values.secrets.files }}
            {{- if $key }}
            - {name: {{ $setting }}_FILE, value: /run/secrets/orbit/{{ $key }}}
            {{- end }}
            {{- end }}
            {{- if $backups }}
            - {name: ORBIT_BACKUP_DIR, value: /var/lib/orbit/backups}
            - {name: ORBIT_BACKUP_PUBLIC_KEY, value: {{ .root.Values.backups.publicKey | quote }}}
            {{- range $setting, $value := .root.Values.backups.settings }}
            - {name: {{ $setting }}, value: {{ $value | quote }}}
            {{- end }}
            {{- range $setting, $key := .root.Values.backups.files }}
            - {name: {{ $setting }}_FILE, value: /run/secrets/orbit-backups/{{ $key }}}
            {{- end }}
            {{- end }}
          ports:
            - {name: http, containerPort: 8080}
            {{- with .root.Values.metrics.port }}
            - {name: metrics, containerPort: {{ . }}}
            {{- end }}
          # Loading takes seconds on a small machine, and a database that is just starting is waited for.
          startupProbe:
            httpGet: {path: /health/live, port: http}
            periodSeconds: 3
            failureThreshold: 20
            timeoutSeconds: 4
          livenessProbe:
            httpGet: {path: /health/live, port: http}
            periodSeconds: 15
            failureThreshold: 3
            timeoutSeconds: 4
          readinessProbe:
            httpGet: {path: /health/ready, port: http}
            periodSeconds: 5
            failureThreshold: 2
            timeoutSeconds: 4
          lifecycle:
            # Until every node has heard that this pod takes no more calls.
            preStop:
              exec: {command: [sleep, "3"]}
          resources: {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            {{- include "orbit.mounts" . | nindent 12 }}
            {{- if .root.Values.panelCertificate.existingConfigMap }}
            - {name: panel-certificate, mountPath: /run/panel-certificate, readOnly: true}
            {{- end }}
            {{- if $backups }}
            - {name: backups, mountPath: /var/lib/orbit/backups}
            {{- if .root.Values.backups.files }}
            - {name: backup-secrets, mountPath: /run/secrets/orbit-backups, readOnly: true}
            {{- end }}
            {{- end }}
      volumes:
        {{- include "orbit.volumes" . | nindent 8 }}
        - name: secrets
          secret:
            secretName: {{ .root.Values.secrets.existingSecret }}
            defaultMode: 0440
            items:
              {{- range $key := values .root.Values.secrets.files | uniq | sortAlpha }}
              {{- if $key }}
              - {key: {{ $key }}, path: {{ $key }}}
              {{- end }}
              {{- end }}
        {{- with .root.Values.panelCertificate.existingConfigMap }}
        - name: panel-certificate
          configMap: {name: {{ . }}}
        {{- end }}
        {{- if $backups }}
        - name: backups
          persistentVolumeClaim: {claimName: {{ include "orbit.backupClaim" .root }}}
        {{- if .root.Values.backups.files }}
        - name: backup-secrets
          secret:
            secretName: {{ .root.Values.secrets.existingSecret }}
            defaultMode: 0440
            items:
              {{- range $key := values .root.Values.backups.files | uniq | sortAlpha }}
              - {key: {{ $key }}, path: {{ $key }}}
              {{- end }}
        {{- end }}
        {{- end }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels:
    {{- include "orbit.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  maxUnavailable: 1
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "orbit.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{/* The Service before a role. Takes (dict "root" $ "role" "bot"). */}}
{{- define "orbit.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "orbit.fullname" .root }}-{{ .role }}
  labels:
    {{- include "orbit.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  type: ClusterIP
  ports:
    - {name: http, port: 80, targetPort: http}
  selector:
    {{- include "orbit.selector" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
{{- end -}}
