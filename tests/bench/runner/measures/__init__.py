"""What is measured, a file for each kind of work. MEASURES has them in the order of a run."""
from . import creates, reads

MEASURES = {
    "create": creates.create,
    "get": reads.get,
    "list": reads.list_of_20,
    "replay": reads.replay,
}
