using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Finds literal secrets under known and unknown keys, because wiring is copied into runs and evidence. It never shows the
/// value.</summary>
internal static class SecretLiteralCheck
{
    // Their keys are free words of the user, not keys of MatterStack: a code may be named 'token'.
    private static readonly string[] SectionsOfFreeNames = ["operators", "profiles", "codes", "launchers", "resources"];

    public static void CheckFile(MapNode root, string file, List<Problem> problems)
    {
        foreach (var (section, value) in root.Entries)
        {
            CheckEntry(section.Text, value, secret: null, file, problems);
        }
    }

    private static void CheckEntry(string key, YamlNode value, string? secret, string file, List<Problem> problems)
    {
        if (SectionsOfFreeNames.Contains(key) && value is MapNode named)
        {
            foreach (var entry in named.Entries)
            {
                CheckNode(entry.Value, secret: null, file, problems);
            }
        }
        else
        {
            CheckNode(value, SecretNames.IsSecret(key) ? key : secret, file, problems);
        }
    }

    private static void CheckNode(YamlNode node, string? secret, string file, List<Problem> problems)
    {
        switch (node)
        {
            case MapNode map:
                foreach (var (key, value) in map.Entries)
                {
                    CheckEntry(key.Text, value, secret, file, problems);
                }

                break;
            case ListNode list:
                foreach (var item in list.Items)
                {
                    CheckNode(item, secret, file, problems);
                }

                break;
            case ScalarNode { Kind: not ScalarKind.Null } scalar when secret is not null && !SecretNames.IsOnlyReferences(scalar.Text):
                problems.Add(
                    Problem.Create(
                        WiringCodes.SecretLiteral,
                        $"'{DisplayText.Shorten(secret)}' names a secret, and its value is a literal",
                        YamlPositions.ToPosition(file, scalar)
                    )
                );
                break;
        }
    }
}
