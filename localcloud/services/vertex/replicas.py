"""The replicas of one job: processes that start together, and none of which outlives the job.

The job is over when its first replica has succeeded or any has failed or was lost; whatever came
first is what it ended by. Does not decide whether it is started again.
"""

from pathlib import Path

from localcloud.services.vertex.processes import Launch, Process, in_parallel

FIRST = "workerpool0-0"
"""Its folder is the job's own; those of the others lie in it, by their names."""


class Replicas:
    """The processes of the job in `folder`, whoever started them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._processes = {FIRST: Process(folder)}
        for found in sorted(folder.glob("workerpool*")):
            self._processes[found.name] = Process(found)

    def start(self, launches: dict[str, Launch]) -> None:
        """Starts each by its name; BlockingIOError if an earlier one is still alive."""
        for name in launches:
            process = self._processes.setdefault(name, Process(self.folder / name))
            # All folders first: whoever adopts half a job must see that the rest is missing.
            process.folder.mkdir(parents=True, exist_ok=True)
        self.forget_exit()
        for name, launch in launches.items():
            self._processes[name].start(launch)

    def alive(self) -> bool:
        """Whether a process of any replica lives."""
        return any(process.alive() for process in self._processes.values())

    def running(self) -> bool:
        """Whether a replica has yet to end."""
        return any(
            process.alive() and not process.ended_at() for process in self._processes.values()
        )

    def over(self) -> bool:
        """Whether a replica has ended the job, however many still run."""
        for process in self._processes.values():
            # In this order: a process that is gone has written its exit code by then, or never.
            if not process.alive() and not process.ended_at():
                process.lose()
        return self._end() is not None

    def exit_code(self) -> int | None:
        """Of the replica that ended the job; None if that was lost, or none has."""
        end = self._end()
        return self._processes[end].exit_code() if end else None

    def ended_by(self) -> tuple[str, Process]:
        """Name and process of the replica that ended the job."""
        name = self._end() or FIRST
        return name, self._processes[name]

    def _end(self) -> str | None:
        ends = [
            (moment, name)
            for name, process in self._processes.items()
            if (moment := process.ended_at()) and (name == FIRST or process.exit_code() != 0)
        ]
        return min(ends)[1] if ends else None

    def forget_exit(self) -> None:
        """Makes ended replicas look lost, so that all are started again."""
        for process in self._processes.values():
            process.forget_exit()

    def signal(self, number: int) -> bool:
        """Signals every replica; False if none lives."""
        reached = [process.signal(number) for process in self._processes.values()]
        return any(reached)

    def end(self, grace: float) -> None:
        """SIGTERM to all, after `grace` seconds SIGKILL; returns when nothing is left."""
        in_parallel(lambda process: process.end(grace), list(self._processes.values()))

    def note(self, line: str) -> None:
        """Adds a line of the service's own to the job's log, which is that of the first."""
        self._processes[FIRST].note(line)

    def last_lines(self) -> str:
        """End of the log of the replica that ended the job."""
        return self.ended_by()[1].last_lines()
