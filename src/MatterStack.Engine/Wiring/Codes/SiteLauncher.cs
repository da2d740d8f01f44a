using System.Globalization;
using MatterStack.Engine.Identity;

namespace MatterStack.Engine.Wiring.Codes;

/// <summary>A launcher of a site: shell text that precedes the command of a program with several processes.</summary>
/// <param name="Name">Its name in the wiring.</param>
/// <param name="Text">Shell text with <see cref="Placeholders"/>.</param>
/// <param name="Level">Where the wiring defines it.</param>
internal sealed record SiteLauncher(string Name, string Text, CodeLevel Level)
{
    /// <summary>Words in braces that stand for the numbers of a task.</summary>
    public static readonly IReadOnlyList<string> Placeholders = ["ranks", "nodes", "cores", "gpus"];

    /// <summary>Hash of the text.</summary>
    public Sha256 Hash => Sha256.ComputeTextHash($"matterstack launcher 1\n{Text}\n");

    /// <summary>Returns the text with the numbers of a task.</summary>
    /// <param name="ranks">Number of processes in all.</param>
    /// <param name="nodes">Number of machines.</param>
    /// <param name="cores">Number of cores of each process.</param>
    /// <param name="gpus">Number of accelerators in all.</param>
    public string Fill(int ranks, int nodes, int cores, int gpus) =>
        ReplaceWord("nodes", nodes, ReplaceWord("ranks", ranks, ReplaceWord("cores", cores, ReplaceWord("gpus", gpus, Text))));

    // '${ranks}' is a variable of the shell.
    private static string ReplaceWord(string word, int value, string text)
    {
        var hole = "{" + word + "}";
        for (var at = text.IndexOf(hole, StringComparison.Ordinal); at >= 0; at = text.IndexOf(hole, at + 1, StringComparison.Ordinal))
        {
            if (at == 0 || text[at - 1] != '$')
            {
                text = string.Concat(text.AsSpan(0, at), value.ToString(CultureInfo.InvariantCulture), text.AsSpan(at + hole.Length));
            }
        }

        return text;
    }
}
