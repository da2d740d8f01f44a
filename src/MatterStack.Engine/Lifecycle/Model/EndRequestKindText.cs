using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Text forms of <see cref="EndRequestKind"/> in the store and in evidence.</summary>
internal static class EndRequestKindText
{
    private static readonly EnumText<EndRequestKind> Kinds = new(
        "a kind of request to end",
        (EndRequestKind.Cancel, "CANCEL"),
        (EndRequestKind.TimeLimit, "TIME_LIMIT"),
        (EndRequestKind.Replacement, "REPLACEMENT")
    );

    public static string ToText(this EndRequestKind kind) => Kinds.GetText(kind);

    public static EndRequestKind ParseEndRequestKind(string text) => Kinds.Parse(text);
}
