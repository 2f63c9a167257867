"""Takes a stack of the local cloud away: drain, destroy, stop the services, prove it is gone."""

import shutil
from functools import partial

from ops import deployment
from ops.display.screen import Screen
from ops.draining import drain
from ops.errors import FAILED, CommandError, EndedError
from ops.stacks import Stack
from ops.target import Target


def down(stack: Stack, screen: Screen) -> None:
    """Raises `CommandError` for a protected stack, untouched so far, or if anything is left."""
    import localcloud

    # No setting is needed to go down: a stack file that is refused by now must not stop it.
    screen.line(Target(stack).banner or f"stack {stack.name}", "bold")
    if localcloud.resources(stack.root, stack.name):
        refuse_protected(stack)
        drain(Target(stack), screen)
        _destroy(stack, screen)
    else:
        screen.line("nothing is deployed")
    stopped = localcloud.stop(stack.root, stack.name)
    prove(stack)
    shutil.rmtree(stack.folder, ignore_errors=True)
    ended = "the services are stopped" if stopped else "no service was running"
    screen.line(
        f"nothing is left: no resource in the state, no document in the local cloud, {ended}; "
        f"{stack.shown(stack.folder)}/ is removed",
        "bold green",
    )


def refuse_protected(stack: Stack) -> None:
    """Raises `CommandError` if the stack protects resources: half a destruction helps nobody."""
    import localcloud

    resources = localcloud.resources(stack.root, stack.name)
    protected = [str(item["urn"]) for item in resources if item.get("protect")]
    if protected:
        name = protected[0].rpartition("::")[2]
        raise CommandError(
            f"stack {stack.name} protects {len(protected)} resources ({name} ...), so nothing was "
            f"touched; to destroy it all the same:\n"
            f"  1. in {stack.file.name} write {_unprotected(stack)}\n"
            f"  2. mlp up --stack {stack.name}\n"
            f"  3. mlp down --stack {stack.name}"
        )


def _unprotected(stack: Stack) -> str:
    """What the stack file must say: an environment of prod is never without protection."""
    from infra.settings import SettingsError

    off = "`enabled: false` under mlplatform:protection"
    try:
        is_prod = stack.settings().environment == "prod"
    except SettingsError:
        return off
    return f"`mlplatform:environment: staging` and {off}" if is_prod else off


def prove(stack: Stack) -> None:
    """Raises `CommandError` naming what is left."""
    import localcloud

    left = [str(item["urn"]) for item in localcloud.resources(stack.root, stack.name)]
    left += localcloud.left_over(stack.root, stack.name)
    if localcloud.running(stack.root, stack.name) is not None:
        left.append("the local services")
    if left:
        shown = ", ".join(left[:5]) + (" ..." if len(left) > 5 else "")  # noqa: PLR2004
        raise CommandError(
            f"{len(left)} things are left of stack {stack.name}: {shown}; "
            f"run mlp down --stack {stack.name} again"
        )


def _destroy(stack: Stack, screen: Screen) -> None:
    import localcloud

    destroy = partial(localcloud.destroy, stack.root, stack.name)
    done = deployment.run(lambda listen: destroy(on_event=listen), screen, planning=False)
    if not done.succeeded:
        raise EndedError(FAILED)
    screen.line(f"destroyed: {deployment.counts_text(done)}", "bold")
