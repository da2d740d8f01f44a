namespace MatterStack.Engine.Operators.Hpc;

/// <summary>Maps messages of a scheduler to their meaning; the first match decides.</summary>
/// <param name="rows">A meaning with its messages, or parts of them. Case is ignored.</param>
internal sealed class RefusalTable(params (RefusalKind Kind, string[] Sentences)[] rows)
{
    public IReadOnlyList<(RefusalKind Kind, string[] Sentences)> Rows => rows;

    /// <summary>Returns the meaning of a text; null if it is unknown.</summary>
    public RefusalKind? FindKind(string words)
    {
        foreach (var (kind, sentences) in rows)
        {
            if (sentences.Any(sentence => words.Contains(sentence, StringComparison.OrdinalIgnoreCase)))
            {
                return kind;
            }
        }

        return null;
    }
}
