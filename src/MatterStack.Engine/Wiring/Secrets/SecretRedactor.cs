using System.Buffers;
using System.Text;

namespace MatterStack.Engine.Wiring.Secrets;

/// <summary>Hides secrets in texts, in all forms that programs use for output. It is thread-safe.</summary>
internal sealed class SecretRedactor
{
    /// <summary>Replacement text for a secret.</summary>
    public const string Replacement = "***";

    // Shorter forms are not searched across line breaks: they would match ordinary text.
    private const int MinLengthAcrossLines = 8;

    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\n\r");
    private readonly Lock _gate = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private volatile string[] _forms = [];

    /// <summary>Adds a value to hide. A value shorter than <see cref="SecretForms.MinLength"/> characters is not hidden, because it would
    /// match ordinary words.</summary>
    public void Add(string value)
    {
        lock (_gate)
        {
            if (_known.Add(value))
            {
                _forms =
                [
                    .. _forms
                        .Concat(SecretForms.GetForms(value))
                        .Distinct(StringComparer.Ordinal)
                        .OrderByDescending(static form => form.Length),
                ];
            }
        }
    }

    /// <summary>Replaces each secret in a text, also a secret that is broken over several lines.</summary>
    public string Redact(string text)
    {
        var forms = _forms;
        if (forms.Length == 0 || text.Length == 0)
        {
            return text;
        }

        foreach (var form in forms)
        {
            text = text.Replace(form, Replacement, StringComparison.Ordinal);
        }

        return text.AsSpan().ContainsAny(LineBreaks) ? RedactAcrossLines(text, forms) : text;
    }

    private static string RedactAcrossLines(string text, string[] forms)
    {
        var (joined, places) = JoinLines(text);
        var hidden = new bool[text.Length];
        var found = false;
        foreach (var form in forms.Select(f => JoinLines(f).Joined).Where(f => f.Length >= MinLengthAcrossLines))
        {
            for (
                var at = joined.IndexOf(form, StringComparison.Ordinal);
                at >= 0;
                at = joined.IndexOf(form, at + form.Length, StringComparison.Ordinal)
            )
            {
                hidden.AsSpan(places[at]..(places[at + form.Length - 1] + 1)).Fill(true);
                found = true;
            }
        }

        if (!found)
        {
            return text;
        }

        var shown = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            shown.Append(
                !hidden[i] ? text[i].ToString()
                : i == 0 || !hidden[i - 1] ? Replacement
                : ""
            );
        }

        return shown.ToString();
    }

    // Removes line ends and the blanks around them.
    private static (string Joined, List<int> Places) JoinLines(string text)
    {
        var joined = new StringBuilder(text.Length);
        var places = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\n' or '\r')
            {
                while (joined.Length > 0 && joined[^1] is ' ' or '\t')
                {
                    joined.Length--;
                    places.RemoveAt(places.Count - 1);
                }

                while (i + 1 < text.Length && text[i + 1] is ' ' or '\t' or '\n' or '\r')
                {
                    i++;
                }
            }
            else
            {
                joined.Append(text[i]);
                places.Add(i);
            }
        }

        return (joined.ToString(), places);
    }
}
