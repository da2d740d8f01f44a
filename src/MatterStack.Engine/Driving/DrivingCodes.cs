using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Driving;

/// <summary>Codes of problems with the drivers of runs.</summary>
internal static class DrivingCodes
{
    public static readonly ProblemCode NotAvailable = new(
        "MATTER3070",
        "Driver not available",
        "This machine, the wiring or the run does not allow the requested kind of driver, or the service refused the entry.",
        "Use another kind: -t:Drive without With shows what this machine has."
    );

    public static readonly ProblemCode NoTicks = new(
        "MATTER3071",
        "Nothing drives the run",
        "Work of the run is under way, but no command has driven the run for long: its loop or its driver has ended or does not run.",
        "Give -t:Loop or -t:Step, or install a driver with -t:Drive."
    );
}
