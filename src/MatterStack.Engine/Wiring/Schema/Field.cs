namespace MatterStack.Engine.Wiring.Schema;

/// <summary>Type of a field of wiring.</summary>
public enum FieldType
{
    /// <summary>A word that is compared literally: references are not resolved.</summary>
    Word,

    /// <summary>Text that may contain <c>${env:NAME}</c> and <c>${file:PATH}</c>.</summary>
    Text,

    /// <summary>A path, relative to the workspace folder; <c>~</c> is the home folder.</summary>
    Path,

    /// <summary>An integer.</summary>
    Integer,

    /// <summary>A number with an optional fraction.</summary>
    Number,

    /// <summary>A time span <c>hh:mm:ss</c>.</summary>
    Duration,

    /// <summary>A time limit: minutes as a number, or a text in the form of batch schedulers.</summary>
    TimeLimit,

    /// <summary>A list of texts.</summary>
    TextList,

    /// <summary>A mapping of names to texts.</summary>
    TextMap,

    /// <summary>A mapping with its own fields.</summary>
    Group,
}

/// <summary>Definition of one key of wiring. The parser, the JSON schema, the hashes and the test of the documentation use it.</summary>
/// <param name="Name">The key.</param>
/// <param name="Type">Type of the value.</param>
/// <param name="Description">Description for the reference page and for editors.</param>
public sealed record Field(string Name, FieldType Type, string Description)
{
    /// <summary>Whether the key is required.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether the value can affect a task's result, so that the operator hash includes it; false for scheduling and
    /// descriptions.</summary>
    public bool AffectsResults { get; init; } = true;

    /// <summary>Unit of a number.</summary>
    public string? Unit { get; init; }

    /// <summary>Value of an omitted key; an explicit default has the same meaning.</summary>
    public string? Default { get; init; }

    /// <summary>Minimum of a number.</summary>
    public int? Minimum { get; init; }

    /// <summary>Maximum of a number.</summary>
    public int? Maximum { get; init; }

    /// <summary>Regular expression (the common part of .NET and JavaScript) that each text must match.</summary>
    public string? Pattern { get; init; }

    /// <summary>Description of the pattern for messages.</summary>
    public string? PatternDescription { get; init; }

    /// <summary>Allowed words; null if all words are allowed.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Fields of a group.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>Names of fields of a group; at least one of them is required. Null if none is.</summary>
    public IReadOnlyList<string>? AnyOf { get; init; }
}
