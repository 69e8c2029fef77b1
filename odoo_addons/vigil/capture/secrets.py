"""Which values never enter the outbox (F12): they are recorded as changed, without value."""
import re

#: fields by name, in any model
NAME_PATTERN = re.compile(
    r"(^|_)(password|passwd|passphrase|pass|secret|token|api_?key|access_?key|private_?key|pin|otp|totp|"
    r"credentials?|cvv|cvc|hash_key|webhook_secret|signing_key|session_id)(_|$)"
    r"|password|secret|apikey",
)
#: names the pattern would take by mistake
HARMLESS = {
    "password_policy", "token_count", "auth_signup_reset_password", "is_secret", "has_password", "pin_count",
    "allow_tokenization", "tokenize", "tokenization_requested", "support_tokenization", "password_required",
}
#: fields that no pattern finds, (model, field)
FIELDS = {
    ("ir.mail_server", "smtp_pass"),
    ("ir.mail_server", "smtp_ssl_private_key"),
    ("fetchmail.server", "password"),
    ("res.partner", "signup_token"),
    ("res.users", "totp_secret"),
    ("res.users", "new_password"),
    ("res.users.apikeys", "key"),
    ("certificate.certificate", "content"),
    ("certificate.key", "content"),
    ("payment.provider", "stripe_secret_key"),
    ("ir.attachment", "access_token"),
}
#: field types that can hold a secret; a boolean or a date named so is a setting
TYPES = {"char", "text", "html", "binary", "json", "serialized"}

#: ir.config_parameter values are secret by the key of their row (POSIX regular expression, case-insensitive)
PARAMETER_KEYS = r"(secret|passw|token|api.?key|private|credential|signature|salt|\.key$|_key$)"

#: texts that may carry a password reset or access link (POSIX regular expression)
TEXT_PATTERN = r"(reset_password|/web/signup|signup_token=|access_token=|[?&]token=)"
#: fields of free text that are looked at with TEXT_PATTERN, (model, field)
TEXT_FIELDS = {
    ("mail.message", "body"),
    ("mail.mail", "body_html"),
    ("mail.mail", "body_content"),
    ("sms.sms", "body"),
}


def is_secret(model_name, field):
    """Whether a field's values must never be recorded."""
    if (model_name, field.name) in FIELDS:
        return True
    if getattr(field, "groups", None) == ".":  # NO_ACCESS: a field that nobody may read
        return True
    if field.name in HARMLESS or field.type not in TYPES:
        return False
    return bool(NAME_PATTERN.search(field.name))
