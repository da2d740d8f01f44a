namespace MatterStack.Engine.Files;

/// <summary>Rules for a kind of JSON text from outside. The other rules of <see cref="OutsideJson"/> apply to every text.</summary>
/// <param name="MaxDepth">Maximum nesting depth of objects and arrays.</param>
/// <param name="AllowsComments">Whether comments and trailing commas are allowed, since people type them.</param>
/// <param name="AllowsAnyValue">Whether the text may be a value other than an object.</param>
internal readonly record struct JsonRule(int MaxDepth, bool AllowsComments = false, bool AllowsAnyValue = false)
{
    /// <summary>
    /// Maximum depth of results and data. A bundle adds a few levels around them, so its readers allow <see cref="MaxRecordsDepth"/>.
    /// </summary>
    public const int MaxDataDepth = 64;

    /// <summary>Maximum depth for writers and readers of documents that contain results.</summary>
    public const int MaxRecordsDepth = 2 * MaxDataDepth;

    /// <summary>Results: an object written by a program.</summary>
    public static JsonRule Results { get; } = new(MaxDataDepth);

    /// <summary>Data: an object typed by a person.</summary>
    public static JsonRule Data { get; } = new(MaxDataDepth, AllowsComments: true);

    /// <summary>An answer that contains data; a person may have typed it.</summary>
    public static JsonRule Answer { get; } = new(MaxDataDepth + 1, AllowsComments: true);

    /// <summary>An answer that contains data, from a program.</summary>
    public static JsonRule Reply { get; } = new(MaxDataDepth + 1);

    /// <summary>Any value, as in an attribute.</summary>
    public static JsonRule Value { get; } = new(MaxDataDepth, AllowsAnyValue: true);

    /// <summary>Documents that contain results of attempts, such as evidence.</summary>
    public static JsonRule Records { get; } = new(MaxRecordsDepth);
}
