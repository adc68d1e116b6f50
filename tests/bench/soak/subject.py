"""The gateway as the soak runs it: jobs come to an end by webhooks and polls, and are forgotten after minutes."""
from runner.subjects import Gateway

RETENTION_SECONDS = 180  # so that the store is as full after minutes as after hours

CHANGES = {
    "store: { kind: redis,": f"store: {{ retention: {RETENTION_SECONDS}s, kind: redis,",
    # Wrong keys are some of the traffic, and all of it comes from one address.
    "limits: { ": "limits: { failed_attempts_per_minute: 0, ",
}


class SoakedGateway(Gateway):
    def _config(self) -> str:
        text = super()._config()
        for usual, wanted in CHANGES.items():
            if usual not in text:
                raise RuntimeError(f"the bench's configuration has another shape: the soak can't set {wanted!r}")
            text = text.replace(usual, wanted)
        return text
