namespace MatterStack.Engine.Wiring.Fields;

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

    /// <summary>Regular expression (the common part of .NET and JavaScript) that each text must match; for a mapping of free names, each
    /// name.</summary>
    public string? Pattern { get; init; }

    /// <summary>Description of the pattern for messages.</summary>
    public string? PatternDescription { get; init; }

    /// <summary>Allowed words; null if all words are allowed.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>Fields of a group, or of each group of a mapping or list.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>Names of fields of a group; at least one of them is required. Null if none is.</summary>
    public IReadOnlyList<string>? AnyOf { get; init; }

    /// <summary>Name of a field of the same group that cannot stand beside this one; null if there is none.</summary>
    internal string? Excludes { get; init; }

    /// <summary>Name of the field whose text must differ between the groups of a list; the list then has at least one. Null if that is
    /// not checked.</summary>
    internal string? UniqueName { get; init; }

    /// <summary>Texts that files of earlier versions could have, and that a new file must not have. Null if there are none.</summary>
    internal RetiredText? Retired { get; init; }
}
