namespace MatterStack.Engine.Files;

/// <summary>Reason why a text is rejected as JSON.</summary>
/// <param name="What">Description of the fault, with the word in question.</param>
/// <param name="Line">Line, from 1; 0 if the fault concerns the whole text.</param>
/// <param name="Column">Column in characters, from 1.</param>
internal sealed record JsonFault(string What, int Line = 0, int Column = 0)
{
    /// <summary>Position and description.</summary>
    public override string ToString() => Line == 0 ? What : FormattableString.Invariant($"line {Line}, column {Column}: {What}");

    /// <summary>Formats the fault as a sentence about a file.</summary>
    public string In(string file) => $"{file} is not valid JSON: {this}";
}
