using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Wiring.Parsing;

/// <summary>Finds literal secrets under known and unknown keys, because wiring is copied into runs and evidence. It never shows the
/// value.</summary>
internal static class SecretLiteralCheck
{
    public static void CheckFile(MapNode root, string file, List<Problem> problems)
    {
        foreach (var (section, value) in root.Entries)
        {
            // Names of operators and profiles are free words of the user, not keys.
            if (section.Text is "operators" or "profiles" && value is MapNode named)
            {
                foreach (var entry in named.Entries)
                {
                    CheckNode(entry.Value, secret: null, file, problems);
                }
            }
            else
            {
                CheckNode(value, SecretNames.IsSecret(section.Text) ? section.Text : null, file, problems);
            }
        }
    }

    private static void CheckNode(YamlNode node, string? secret, string file, List<Problem> problems)
    {
        switch (node)
        {
            case MapNode map:
                foreach (var (key, value) in map.Entries)
                {
                    CheckNode(value, SecretNames.IsSecret(key.Text) ? key.Text : secret, file, problems);
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
