using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Text forms of <see cref="RequestKind"/> in the store and in request files.</summary>
internal static class RequestKindText
{
    private static readonly EnumText<RequestKind> Kinds = new(
        "a kind of a request",
        (RequestKind.Pause, "Pause"),
        (RequestKind.Resume, "Resume"),
        (RequestKind.Cancel, "Cancel"),
        (RequestKind.Revive, "Revive"),
        (RequestKind.Rerun, "Rerun"),
        (RequestKind.CancelAttempt, "CancelAttempt"),
        (RequestKind.Respond, "Respond"),
        (RequestKind.Amend, "Amend"),
        (RequestKind.Annotate, "Annotate"),
        (RequestKind.Drive, "Drive"),
        (RequestKind.CleanupOrphans, "CleanupOrphans")
    );

    public static string ToText(this RequestKind kind) => Kinds.GetText(kind);

    /// <summary>Reads the text of a store or a request file.</summary>
    public static RecordedKind<RequestKind> Read(string text) => Kinds.Read(text);
}
