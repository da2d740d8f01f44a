using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Operators.Experiment.Api;

/// <summary>Text forms of <see cref="InstrumentStatus"/> in replies of an instrument.</summary>
internal static class InstrumentStatusText
{
    private static readonly EnumText<InstrumentStatus> Statuses = new(
        "a status of an instrument",
        (InstrumentStatus.Accepted, "ACCEPTED"),
        (InstrumentStatus.Queued, "QUEUED"),
        (InstrumentStatus.Running, "RUNNING"),
        (InstrumentStatus.Completed, "COMPLETED"),
        (InstrumentStatus.Failed, "FAILED"),
        (InstrumentStatus.Cancelled, "CANCELLED")
    );

    public static string ToText(this InstrumentStatus status) => Statuses.GetText(status);

    /// <summary>Finds a status by its text, in any case. Returns null for another text.</summary>
    public static InstrumentStatus? FindStatus(string? text) => text is null ? null : Statuses.FindValue(text.Trim().ToUpperInvariant());
}
