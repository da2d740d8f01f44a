namespace MatterStack.Engine.Problems;

/// <summary>Position in a user's file. Lines and columns count from 1; 0 means unknown.</summary>
public sealed record SourcePosition(string File, int Line = 0, int Column = 0, int EndLine = 0, int EndColumn = 0)
{
    /// <summary><c>file(line,column)</c>, as compilers and IDEs write it.</summary>
    public override string ToString() => Line > 0 ? $"{File}({Line},{Column})" : File;
}
