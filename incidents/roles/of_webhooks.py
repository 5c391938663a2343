"""On the webhooks of a firm's own system (§5.2.3)."""

from .act import FIRM, Act

ACTS = (Act("webhook.manage", "设置 Webhook", FIRM, "5.2.3"),)
