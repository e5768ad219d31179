"""Recording → what is made of its answer. A name without a version is that of both; each recording stands here once.

The errors are those of the port: `unavailable` when nothing can have happened, `unknown` when something may have,
`login refused`, `rejected` when a person has to change something, `foreign`.
"""

# Calls of the adapter.
UNDERSTOOD: dict[str, str] = {
    "read": """
        metadata squads nodes nodes_later squad_accessible_nodes system_stats subscription_by_username
        subscription_no_squads subscription_disabled subscription_two_squads users_stream
        subscription_by_username_hwid_on subscription_disabled_remarks_off
    """,
    "login refused": "scope_missing",
    "rejected": """
        user_create_name_37 user_create_name_dot user_create_name_newline user_create_expire_no_expire
        user_create_expire_bad_date user_create_tag_bad user_create_vless_bad user_create_squad_bad patch_past
        patch_null_status patch_status_expired
    """,
    "account": """
        user_create_full user_create_minimal user_create_same_vless_uuid user_create_other_case
        user_create_expire_micros user_create_expire_naive user_create_expire_past user_create_status_expired
        user_create_hwid_0 user_create_squad_none user_create_disabled get_by_username patch_extend patch_same_again
        patch_shorter patch_vless_uuid_ignored patch_nulls patch_squad_move get_after_failed_patch patch_squad_none
        patch_squad_twice patch_disable action_disable_again patch_extend_disabled action_reset_disabled
        action_disable patch_activate_disabled user_created_again_same_credentials expired_read
        expired_extend_without_status expired_extend_with_status_active expired_status_active_only
        expired_status_disabled expired_action_disable disabled_past_extend_with_status limited_read
        limited_same_limit limited_extend_only limited_bigger_limit limited_bigger_but_below_used limited_unlimited
        limited_status_active_same_limit limited_reset_traffic limited_lower_limit expired_and_overused_extend
        patch_disable_and_move user_after_squad_deleted
    """,
    "short id taken": "user_create_duplicate",
    "name taken": "dup_username_only",
    "unknown": "user_create_traffic_float user_create_squad_unknown user_create_squad_twice patch_squad_unknown",
    "absent or done": """
        get_by_username_unknown get_by_username_other_case patch_unknown subscription_by_username_unknown delete
        delete_again
    """,
}

# Calls that Orbit never makes: what the HTTP layer makes of the answer, `passed` or status and code.
PASSED_ON: dict[str, str] = {
    "passed": """
        auth_status token_create scope_ok inbounds_all hosts nodes_usage user_create_unknown_field get_by_short_uuid
        v28_get_by_tag v28_get_by_telegram_id v28_get_by_telegram_id_none resolve_by_username accessible_nodes
        patch_key_and_other_name action_enable sub_base64 sub_browser sub_info connection_keys users_list_size_1
        users_list_filter_tag users_stream_tag tags hwid_create v28_hwid_create_bad hwid_list hwid_delete
        hwid_delete_all hwid_enable sub_hwid_on_no_header sub_hwid_on_device_1 sub_hwid_on_device_4 sub_info_hwid_on
        user_meta_put user_meta_get revoke_passwords_only revoke_own_short sub_after_recreate bulk_update
        bulk_delete custom_remarks_off squad_delete_with_member action_extend
    """,
    "400 None": """
        register_weak_password v33_malformed_json get_by_key_malformed patch_no_key users_list_size_1001
        v33_hwid_create_bad delete_malformed
    """,
    "login refused": """
        login_bad admin_jwt_without_browser_header token_api_on_tokens no_token expired_token deleted_token
    """,
    "unavailable": "no_proxy_headers",
    "404 None": """
        unknown_route v28_malformed_json v33_get_by_tag v33_get_by_telegram_id v33_get_by_telegram_id_none
        sub_unknown sub_old_after_revoke sub_after_delete
    """,
    "404 A011": "node_unknown",
    "404 A118": "squad_unknown",
    "404 A063": "get_by_key_unknown",
    "404 A025": "resolve_unknown action_unknown sub_info_unknown hwid_list_unknown",
    "400 A030": "action_enable_again",
    "400 A098": "hwid_create_dup",
    "404 A204": "hwid_delete_again",
    "404 A226": "user_meta_none",
}


def by_recording(table: dict[str, str]) -> dict[str, str]:
    """The class of each recording of *table*."""
    return {name: kind for kind, names in table.items() for name in names.split()}
