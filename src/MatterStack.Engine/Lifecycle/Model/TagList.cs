using System.IO.Enumeration;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MatterStack.Engine.Lifecycle.Model;

/// <summary>Tags of a run: short words by which people find it.</summary>
internal static class TagList
{
    /// <summary>Largest number of tags of a run.</summary>
    public const int MaxCount = 100;

    private const string NoTags = "[]";

    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    /// <summary>Applies what a person wrote. Words without a sign are the new tags. If all words have a sign, the present tags stay:
    /// <c>+word</c> adds a tag, and <c>-word</c> removes the tags that match the pattern.</summary>
    /// <param name="present">The present tags.</param>
    /// <param name="written">Words separated by commas, semicolons or white space.</param>
    public static IReadOnlyList<string> ApplyWords(IReadOnlyList<string> present, string written)
    {
        var words = written.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        var tags = new List<string>(Array.TrueForAll(words, static word => word[0] is '+' or '-') ? present : []);
        foreach (var word in words)
        {
            var name = word[0] is '+' or '-' ? word[1..] : word;
            if (word[0] == '-')
            {
                tags.RemoveAll(tag => MatchesPattern(tag, name));
            }
            else if (name.Length > 0 && !tags.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                tags.Add(name);
            }
        }

        return tags;
    }

    /// <summary>Whether a tag matches a pattern; <c>*</c> and <c>?</c> are wildcards, and case does not count.</summary>
    public static bool MatchesPattern(string tag, string pattern) => FileSystemName.MatchesSimpleExpression(pattern, tag, ignoreCase: true);

    /// <summary>Formats tags for the store.</summary>
    public static string FormatJson(IReadOnlyList<string> tags)
    {
        if (tags.Count == 0)
        {
            return NoTags;
        }

        var content = new MemoryStream();
        using (var json = new Utf8JsonWriter(content))
        {
            json.WriteStartArray();
            foreach (var tag in tags)
            {
                json.WriteStringValue(tag);
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length);
    }

    /// <summary>Parses the text of the store. Returns null if it is no array; values that are no texts are left out.</summary>
    public static IReadOnlyList<string>? ParseJson(string text)
    {
        if (text == NoTags)
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(text) is JsonArray tags
                ? [.. tags.OfType<JsonValue>().Select(static tag => tag.TryGetValue<string>(out var word) ? word : null).OfType<string>()]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
