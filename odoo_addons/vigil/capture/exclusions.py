"""What is not tracked by default, and why. Everything else is, so that there is no blind spot on day one.

A model can be switched on in Settings in spite of this list (its rule says so), except those in NEVER.
"""

#: Vigil's own and what would feed on itself
NEVER_PREFIXES = ("vigil.",)

#: model -> reason
MODELS = {
    "bus.bus": "messages to browsers, deleted after a minute",
    "bus.presence": "online status, written every minute by every browser tab",
    "mail.presence": "online status, written every minute by every browser tab",
    "ir.logging": "server log lines",
    "ir.profile": "profiler results",
    "ir.cron.trigger": "wake-up times of scheduled actions",
    "ir.cron.progress": "progress counters of scheduled actions",
    "ir.model": "rebuilt from code at every upgrade; the module change is the event",
    "ir.model.fields": "rebuilt from code at every upgrade; the module change is the event",
    "ir.model.fields.selection": "rebuilt from code at every upgrade; the module change is the event",
    "ir.model.constraint": "rebuilt from code at every upgrade; the module change is the event",
    "ir.model.relation": "rebuilt from code at every upgrade; the module change is the event",
    "ir.model.inherit": "rebuilt from code at every upgrade; the module change is the event",
    "ir.model.data": "external identifiers: one shadow row for each record that data files create",
    "ir.module.module.dependency": "copied from manifests at every update of the module list",
    "ir.module.module.exclusion": "copied from manifests at every update of the module list",
    "ir.module.category": "copied from manifests",
    "ir.ui.view.custom": "a user's own dashboard layout",
    "ir.asset": "bundles of scripts and styles",
    "ir.exports.line": "column choices of a saved export; the export itself is an event",
    "ir.embedded.actions": "a user's own arrangement of views",
    "res.users.log": "one row a login; logins are events of their own",
    "res.users.settings": "interface preferences, written on every click in the sidebar",
    "res.users.settings.volumes": "interface preferences",
    "res.users.deletion": "a queue: the deletion itself is the event",
    "res.device": "a view over the device log",
    "res.device.log": "one row per device and hour; sessions are events of their own",
    "mail.tracking.value": "the same change a second time, as chatter text",
    "mail.notification": "delivery state of messages, many rows for each",
    "mail.followers": "who is told about a record; many rows for each record, subscribed by the system",
    "mail.message.reaction": "emoji",
    "mail.message.translation": "a cache of machine translations",
    "mail.link.preview": "a cache of web page previews",
    "mail.message.link.preview": "a cache of web page previews",
    "mail.push": "a queue of browser notifications",
    "mail.push.device": "browser keys for notifications",
    "mail.notification.web.push": "a queue of browser notifications",
    "mail.partner.device": "browser keys for notifications",
    "discuss.channel.rtc.session": "who is in a call, written every few seconds",
    "mail.ice.server": "addresses of call relays",
    "discuss.channel.member": "read markers, written whenever somebody reads",
    "discuss.gif.favorite": "interface preferences",
    "digest.tip": "tips of the day",
    "onboarding.progress": "ticked boxes of the introduction",
    "onboarding.progress.step": "ticked boxes of the introduction",
    "web_tour.tour": "which introductions a user has seen",
    "spreadsheet.revision": "keystrokes in a spreadsheet",
    "website.visitor": "page views of strangers",
    "website.track": "page views of strangers",
    "link.tracker.click": "clicks of strangers",
    "mailing.trace": "opens and clicks of a mailing, millions of rows",
    "base_import.mapping": "remembered column names of an import",
    "sms.tracker": "delivery state of messages",
}

#: columns in any model that change without anybody having changed anything
COLUMNS = {
    "id": "the record's own number",
    "write_date": "moves with every change; the event has its time",
    "write_uid": "moves with every change; the event has its user",
    "create_date": "the event has its time",
    "create_uid": "the event has its user",
    "__last_update": "moves with every change",
    "parent_path": "computed from the parent",
    "parent_left": "computed from the parent",
    "parent_right": "computed from the parent",
    "message_main_attachment_id": "set by the chatter to its newest attachment",
    "message_bounce": "a counter",
}

#: (model, column) that are noise in one model only
MODEL_COLUMNS = {
    ("ir.cron", "lastcall"): "moves at every run",
    ("ir.cron", "nextcall"): "moves at every run",
    ("ir.cron", "failure_count"): "a counter",
    ("ir.cron", "first_failure_date"): "a counter",
    ("ir.sequence", "number_next"): "a counter",
    ("ir.sequence.date_range", "number_next"): "a counter",
    ("ir.attachment", "index_content"): "the text of the file, for searching",
    ("ir.attachment", "checksum"): "shown as the content's SHA-256",
    ("ir.attachment", "store_fname"): "where the file lies",
    ("ir.attachment", "file_size"): "shown with the content",
    ("ir.ui.view", "arch_prev"): "a copy of the view before",
    ("ir.ui.view", "arch_fs"): "where the file lies",
    ("ir.module.module", "latest_version"): "set again at every load of the list",
    ("ir.module.module", "published_version"): "set again at every load of the list",
    ("mail.message", "message_id"): "a mail header",
    ("mail.message", "reply_to"): "a mail header",
    ("mail.mail", "headers"): "mail headers",
    ("mail.mail", "references"): "a mail header",
    ("mail.alias", "alias_full_name"): "computed",
    ("discuss.channel", "last_interest_dt"): "moves with every message",
}


def reason(model_name):
    """Why a model is not tracked by default, or None when it is."""
    if is_never(model_name):
        return "Vigil's own"
    return MODELS.get(model_name)


def is_never(model_name):
    """Models that no rule can switch on."""
    return model_name.startswith(NEVER_PREFIXES)


def is_noise(model_name, column):
    """Whether a column is left out of the events of a model."""
    return column in COLUMNS or (model_name, column) in MODEL_COLUMNS
