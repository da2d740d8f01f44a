using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Runs.Store;

/// <summary>Text forms of <see cref="RunInputKind"/> in the store and in evidence.</summary>
internal static class RunInputKindText
{
    private static readonly EnumText<RunInputKind> Kinds = new(
        "a kind of an input file",
        (RunInputKind.Wiring, "operators_config"),
        (RunInputKind.CampaignFile, "campaign_file"),
        (RunInputKind.Program, "campaign_program")
    );

    public static string ToText(this RunInputKind kind) => Kinds.GetText(kind);

    /// <summary>Reads the text of a store.</summary>
    public static RecordedKind<RunInputKind> Read(string text) => Kinds.Read(text);
}
