"""The command that estimates what a stack costs."""

from ops.commands.options import Json, StackName, print_json, screen, target


def cost(*, stack: StackName = "local", json_output: Json = False) -> None:
    """Estimate what a stack costs: a month of what stays, one run at most of what ends by itself.

    From what the program registers, the stack file and the dated price table. Nothing is deployed.
    A price that the table does not hold is unknown, never 0; totals say what they leave out.
    """
    from ops.cost import command

    chosen = target(stack).stack
    if json_output:
        print_json(command.as_json(command.estimate(chosen)))
    else:
        command.tell(chosen, screen())
