namespace MatterStack.Engine.Wiring.Schema;

/// <summary>What a field of wiring holds.</summary>
public enum FieldType
{
    /// <summary>A word that is matched, not resolved: references are not taken.</summary>
    Word,

    /// <summary>Text; may hold <c>${env:NAME}</c> and <c>${file:PATH}</c>.</summary>
    Text,

    /// <summary>A path; relative to the workspace folder, <c>~</c> is the home folder.</summary>
    Path,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number, perhaps with a fraction.</summary>
    Number,

    /// <summary>A time span <c>hh:mm:ss</c>.</summary>
    Duration,

    /// <summary>A time limit: minutes as a number, or a text as the scheduler writes it.</summary>
    TimeLimit,

    /// <summary>A list of texts.</summary>
    TextList,

    /// <summary>A mapping of names to texts.</summary>
    TextMap,

    /// <summary>A mapping with fields of its own.</summary>
    Group,
}

/// <summary>One key that wiring may hold: the parser, the JSON schema, the hashes and the documentation's test all read it here.</summary>
/// <param name="Name">The key.</param>
/// <param name="Type">What it holds.</param>
/// <param name="Doc">What it means, for the reference and for editors.</param>
public sealed record Field(string Name, FieldType Type, string Doc)
{
    /// <summary>Whether it must be there.</summary>
    public bool Required { get; init; }

    /// <summary>Whether a change can change a task's result, so that it belongs in the operator hash; false for what only schedules or describes.</summary>
    public bool AffectsResults { get; init; } = true;

    /// <summary>Unit of a number.</summary>
    public string? Unit { get; init; }

    /// <summary>The value that leaving it out stands for; writing it out means the same.</summary>
    public string? Default { get; init; }

    /// <summary>Smallest number.</summary>
    public int? Minimum { get; init; }

    /// <summary>Largest number.</summary>
    public int? Maximum { get; init; }

    /// <summary>Regular expression (the common part of .NET and JavaScript) that each text must match.</summary>
    public string? Pattern { get; init; }

    /// <summary>What the pattern asks for, in words.</summary>
    public string? PatternDoc { get; init; }

    /// <summary>The only words allowed.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Fields of a group.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>Fields of a group of which at least one must be there.</summary>
    public IReadOnlyList<string>? AnyOf { get; init; }
}
