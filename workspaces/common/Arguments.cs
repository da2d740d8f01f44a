using System.Globalization;

namespace Common;

/// <summary>Arguments of a verb: <c>--name value</c> or <c>--name=value</c>, each at most once.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private Arguments() { }

    public static Arguments Parse(ReadOnlySpan<string> words, params ReadOnlySpan<string> known)
    {
        var parsed = new Arguments();
        for (var i = 0; i < words.Length; i++)
        {
            var equals = words[i].IndexOf('=');
            var name = equals < 0 ? words[i] : words[i][..equals];
            if (!known.Contains(name))
                throw UserError.Usage($"unexpected argument '{name}'");

            // A value may begin with a dash: strains are negative as often as not.
            var value =
                equals >= 0 ? words[i][(equals + 1)..]
                : ++i < words.Length ? words[i]
                : "";
            if (value.Length == 0)
                throw UserError.Usage($"{name} needs a value");
            if (!parsed._values.TryAdd(name, value))
                throw UserError.Usage($"{name} is given twice");
        }
        return parsed;
    }

    public string Text(string name) => _values.TryGetValue(name, out var value) ? value : throw UserError.Usage($"{name} is missing");

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    /// <summary>Numbers separated by commas; none if the argument is not given.</summary>
    public IReadOnlyList<double> Numbers(string name) =>
        Text(name, "") is not { Length: > 0 } text
            ? []
            : text.Split(',')
                .Select(part =>
                    double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                        ? number
                        : throw UserError.Usage($"{name} takes numbers, not '{part}'")
                )
                .ToList();

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public double Number(string name, double least, double most)
    {
        var text = Text(name);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw UserError.Usage($"{name} must be a number from {least} to {most}, not '{text}'");
    }
}
