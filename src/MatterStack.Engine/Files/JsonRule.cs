namespace MatterStack.Engine.Files;

/// <summary>Rules for a kind of JSON text from outside. The other rules of <see cref="OutsideJson"/> apply to every text.</summary>
/// <param name="Levels">Maximum nesting depth of objects and arrays.</param>
/// <param name="Comments">Whether comments and trailing commas are allowed, since people type them.</param>
/// <param name="AnyValue">Whether the text may be a value other than an object.</param>
internal readonly record struct JsonRule(int Levels, bool Comments = false, bool AnyValue = false)
{
    /// <summary>
    /// Maximum depth of results and data. A bundle adds a few levels around them, so its readers allow <see cref="Wrapped"/>.
    /// </summary>
    public const int Deepest = 64;

    /// <summary>Maximum depth for writers and readers of documents that contain results.</summary>
    public const int Wrapped = 2 * Deepest;

    /// <summary>Results: an object written by a program.</summary>
    public static JsonRule Results { get; } = new(Deepest);

    /// <summary>Data: an object typed by a person.</summary>
    public static JsonRule Data { get; } = new(Deepest, Comments: true);

    /// <summary>An answer that contains data; a person may have typed it.</summary>
    public static JsonRule Answer { get; } = new(Deepest + 1, Comments: true);

    /// <summary>An answer that contains data, from a program.</summary>
    public static JsonRule Reply { get; } = new(Deepest + 1);

    /// <summary>Any value, as in an attribute.</summary>
    public static JsonRule Value { get; } = new(Deepest, AnyValue: true);

    /// <summary>Documents that contain results of attempts, such as evidence.</summary>
    public static JsonRule Records { get; } = new(Wrapped);
}
