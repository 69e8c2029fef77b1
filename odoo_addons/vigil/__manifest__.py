{
    "name": "Vigil",
    "summary": "Evidence of every change, read and denial, handed to the Vigil service",
    "version": "0.1.0",
    "category": "Technical",
    "author": "Vigil",
    "website": "https://github.com/vigil-evidence/vigil",
    "license": "LGPL-3",
    "depends": ["base", "mail", "web"],
    "external_dependencies": {"python": ["cryptography"]},
    "data": [
        "security/vigil_groups.xml",
        "security/ir.model.access.csv",
        "views/vigil_event_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "vigil/static/src/history.js",
            "vigil/static/src/diff.scss",
        ],
    },
    "application": True,
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
