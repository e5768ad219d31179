"""Recording → what is made of its answer; each of the 209 stands here once.

The errors are those of the port: `unavailable` when nothing can have happened, `unknown` when something may have,
`login refused`, `rejected` when a person has to change something, `foreign`.
"""

# Calls of the adapter. A login is one, and what it answers is followed by asking who we are.
UNDERSTOOD: dict[str, str] = {
    "read": """
        001_token_ok 006_token_grant_type_password 010_admin_me 013_inbounds 014_hosts 015_nodes_connected
        024_nodes_mixed 027_nodes_usage_default_30d 121_users_list_page 122_users_list_page2 125_users_list_search
        310_e2e_nodes_usage 400_nodes_usage_data 431_nodes_one_hung
    """,
    "login refused": """
        002_token_bad_password 003_token_unknown_user 004_token_missing_password_422 005_token_json_body_422
        136_nonsudo_nodes_403
    """,
    "rejected": """
        032_user_create_empty_proxies_422 037_user_create_username_too_short 038_user_create_username_spaces
        039_user_create_username_cyrillic 040_user_create_username_long33 042_user_create_username_dash_first
        046_user_create_username_dash_early 049_user_create_username_dot 050_user_create_username_plus
        051_user_create_unknown_inbound_422 052_user_create_disabled_protocol_400
        053_user_create_unknown_protocol_422 056_user_create_status_disabled_422 057_user_create_expire_string_422
        058_user_create_expire_float_422 061_user_create_limit_string_422 062_user_create_limit_negative_422
        066_user_create_bad_strategy_422 067_user_create_note_501_422 069_user_create_on_hold_no_duration_422
        070_user_create_on_hold_with_expire_422 086_user_put_nulls_no_change 087_user_put_status_expired_422
        097_user_put_unknown_inbound_422
    """,
    "account": """
        030_user_create_minimal_no_inbounds 033_user_create_full 034_user_create_own_uuid
        036_user_create_duplicate_other_case_409 041_user_create_username_long32
        043_user_create_username_leading_underscore 044_user_create_username_email
        045_user_create_username_long_after_dash 047_user_create_username_numeric
        048_user_create_username_trailing_newline 054_user_create_inbound_of_other_protocol
        055_user_create_empty_inbound_list 059_user_create_expire_past 060_user_create_expire_negative
        063_user_create_limit_zero_expire_zero 065_user_create_unknown_field 068_user_create_on_hold
        071_user_create_next_plan 073_user_get 074_user_get_other_case 076_user_get_again_sub_url_differs
        077_user_put_extend_expire 078_user_put_data_limit 079_user_put_disabled 080_user_put_extend_while_disabled
        081_user_reset_while_disabled 082_user_put_disabled_again 083_user_put_active
        084_user_put_limit_zero_unlimited 085_user_put_expire_zero_unlimited 088_user_put_on_hold_after_expire_zero
        089_user_reset_while_on_hold 090_user_put_expire_past 091_user_put_status_active_still_expired
        092_user_put_extend_from_expired 093_user_put_on_hold_while_expire_set 094_user_put_back_active
        095_user_put_proxies_empty_settings_new_uuid 096_user_put_inbounds_only
        099_user_put_note_only_drops_next_plan 100_user_put_next_plan 103_user_reset 139_nonsudo_create
        142_envsudo_create 148_user_past_after_review_job 149_user_neg_after_review_job 203_poison_put_fix
        206_create_inbounds_empty_dict 207_next_plan_state_after_active_next 208_put_inbounds_give
        209_put_inbounds_give 210_url_escaped_newline_user 301_e2e_create_e2e_n1 302_e2e_create_e2e_n2
        303_e2e_create_e2e_hold 304_e2e_create_e2e_hold_to 305_e2e_user_after_20MB 306_e2e_hold_after_first_use
        307_e2e_hold_after_timeout 315_e2e_user_limited 316_e2e_limited_extend_expire_only
        317_e2e_limited_status_active 318_e2e_limited_after_review 319_e2e_limited_raise_limit 320_e2e_reset
        322_e2e_disable 324_e2e_enable 325_e2e_move_to_node2 420_base_0 421_base_1 422_base_2 423_hung_0 424_hung_1
        425_hung_2 426_hung_3 427_hung_4 428_hung_5 429_hung_6 430_hung_7
    """,
    "unavailable": "200_poison_get",
    "unknown": "031_user_create_no_proxies_key_500 143_envsudo_delete",
    "name taken": """
        035_user_create_duplicate_409 072_user_create_next_plan_null_limit 140_nonsudo_duplicate_of_foreign_409
    """,
    "absent or done": """
        075_user_get_404 098_user_put_404 104_user_reset_404 144_envsudo_get_after_delete 145_user_delete
        146_user_delete_again_404 204_poison_delete 211_delete_newline_user
    """,
    "foreign": "138_nonsudo_foreign_user_403",
}

# Calls that Orbit never makes: what the HTTP layer makes of the answer, `passed` or its status.
PASSED_ON: dict[str, str] = {
    "login refused": "007_no_token_401 008_garbage_token_401 009_expired_token_401",
    "passed": """
        011_system 012_core 016_node_by_id 019_node_create_coefficient_ignored 020_node_dead_after_connect_attempt
        021_node_put_coefficient 022_node_put_disabled 023_node_reconnect 025_node_delete 105_sub_default_base64
        106_sub_old_token_still_valid 107_sub_info 108_sub_usage 109_sub_v2ray 112_sub_ua_happ 117_user_revoke_sub
        119_sub_after_revoke_new_200 123_users_list_status 126_users_list_by_usernames 127_users_list_admin_filter
        129_users_list_limit_zero 130_users_expired 131_users_usage 132_user_usage 134_admin_create
        137_nonsudo_system 141_nonsudo_users 147_user_templates 202_poison_users_list_filtered
        205_users_list_all_after 215_bearer_lowercase 300_hosts_put 308_e2e_user_usage 309_e2e_users_usage
        311_e2e_nodes_usage_last_10min 312_e2e_nodes_usage_this_hour 313_e2e_nodes_usage_prev_second 314_e2e_system
        321_e2e_usage_after_reset 323_e2e_sub_of_disabled_user 401_nodes_usage_last_10min 402_nodes_usage_from_hour
        403_nodes_usage_from_before_hour 404_nodes_usage_zulu 407_users_usage_data 408_user_usage_data
        409_system_data
    """,
    "404": """
        017_node_404 026_node_delete_again_404 101_user_active_next 102_user_active_next_404 115_sub_bad_token_404
        118_sub_after_revoke_404 120_user_revoke_404 133_user_usage_404 213_unknown_route_404
    """,
    "409": "018_node_create_duplicate_409 135_admin_create_409",
    "400": """
        028_nodes_usage_bad_date_400 128_users_list_bad_sort_400 405_nodes_usage_unescaped_plus
        406_nodes_usage_end_before_start
    """,
    "422": """
        029_node_create_422 064_user_create_malformed_json_422 116_sub_bad_client_type_422
        124_users_list_bad_status_422
    """,
    "unavailable": "201_poison_users_list_all 214_trailing_slash",
    "405": "212_method_not_allowed",
}


def by_recording(table: dict[str, str]) -> dict[str, str]:
    """The class of each recording of *table*."""
    return {name: kind for kind, names in table.items() for name in names.split()}
