namespace MatterStack.Engine.Files;

/// <summary>What a JSON text from outside may be. Everything else that <see cref="OutsideJson"/> asks for holds for every text.</summary>
/// <param name="Levels">How deep objects and arrays may stand in each other.</param>
/// <param name="Comments">Whether comments and a comma after the last entry are passed over: people type them.</param>
/// <param name="AnyValue">Whether it may be something else than an object.</param>
internal readonly record struct JsonRule(int Levels, bool Comments = false, bool AnyValue = false)
{
    /// <summary>Deepest results and data. What a bundle wraps around them adds a few levels, and its readers take <see cref="Wrapped"/>.</summary>
    public const int Deepest = 64;

    /// <summary>Levels that writers and readers of what holds results have to manage.</summary>
    public const int Wrapped = 2 * Deepest;

    /// <summary>An object that a program wrote.</summary>
    public static JsonRule Results { get; } = new(Deepest);

    /// <summary>An object that a person typed.</summary>
    public static JsonRule Data { get; } = new(Deepest, Comments: true);

    /// <summary>An answer, which holds data; a person may have typed it.</summary>
    public static JsonRule Answer { get; } = new(Deepest + 1, Comments: true);

    /// <summary>An answer, which holds data, from a program.</summary>
    public static JsonRule Reply { get; } = new(Deepest + 1);

    /// <summary>Any value, as it stands in an attribute.</summary>
    public static JsonRule Value { get; } = new(Deepest, AnyValue: true);

    /// <summary>What holds results of attempts, as evidence does.</summary>
    public static JsonRule Records { get; } = new(Wrapped);
}
