namespace MatterStack.Engine.Wiring.Codes;

/// <summary>Text forms of <see cref="CodeLevel"/>.</summary>
internal static class CodeLevelText
{
    /// <summary>Name of the level for people.</summary>
    public static string ToText(this CodeLevel level) =>
        level switch
        {
            CodeLevel.File => "top of the wiring",
            CodeLevel.Backend => "backend",
            CodeLevel.Operator => "operator",
            _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
        };
}
