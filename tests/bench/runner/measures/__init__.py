"""What is measured, a file for each kind of work. MEASURES has them in the order of a run."""
from . import audio, creates, growth, instructions, memory, polling, reads, redis_work, stall

MEASURES = {
    "create": creates.create,
    "get": reads.get,
    "list": reads.list_of_20,
    "replay": reads.replay,
    "audio": audio.audio,
    "redis": redis_work.redis_work,
    "rss": memory.memory,
    "threads": growth.threads,
    "stored": growth.stored,
    "polling": polling.polling,
    "instructions": instructions.instructions,
    "stall": stall.stall,
}
