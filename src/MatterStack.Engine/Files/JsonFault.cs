namespace MatterStack.Engine.Files;

/// <summary>What keeps a text from being taken as JSON.</summary>
/// <param name="What">What is wrong, with the word it is about.</param>
/// <param name="Line">Where, from 1; 0 if it is the text as a whole.</param>
/// <param name="Column">Characters before it in its line, and 1.</param>
internal sealed record JsonFault(string What, int Line = 0, int Column = 0)
{
    /// <summary>Place and what is wrong.</summary>
    public override string ToString() => Line == 0 ? What : FormattableString.Invariant($"line {Line}, column {Column}: {What}");

    /// <summary>As a sentence about a file.</summary>
    public string In(string file) => $"{file} is not valid JSON: {this}";
}
