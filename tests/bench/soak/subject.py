"""The gateway as the soak runs it: jobs come to an end by webhooks and polls, and are forgotten after minutes."""
from runner.subjects import Gateway

RETENTION_SECONDS = 180  # so that the store is as full after minutes as after hours


class SoakedGateway(Gateway):
    def _config(self) -> str:
        usual = super()._config()
        kept = usual.replace("store: { kind: redis,", f"store: {{ retention: {RETENTION_SECONDS}s, kind: redis,")
        if kept == usual:
            raise RuntimeError("the bench's configuration has another shape: the soak can't set store.retention")
        return kept
