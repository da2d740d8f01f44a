using System.Globalization;

namespace MatterStack.Acceptance.Support;

/// <summary>A campaign with a task for each row of <see cref="OddOutputs"/>, run on one operator key.</summary>
internal static class OddOutputCampaign
{
    /// <summary>Runs it, and says of each task what is not as it should be.</summary>
    /// <param name="wiring">Wiring of <c>hpc.default</c>; empty: processes of this machine.</param>
    /// <param name="odd">The rows.</param>
    public static void Check(string wiring, IReadOnlyList<OddOutput> odd)
    {
        var tasks = string.Concat(
            odd.Select(o =>
                $"""
                        <CampaignTask Include="{o.Name}" OperatorKey="hpc.default" AllowFailure="true" Cache="false" Files="{o.Name}.sh" Command="sh {o.Name}.sh" Outputs="{string.Join(
                            ';',
                            o.Outputs
                        ).Replace("*", "%2A", StringComparison.Ordinal)}" />

                    """
            )
        );
        using var campaign = new Campaign(
            $"""
              <ItemGroup>
            {tasks}
              </ItemGroup>
            """
        );
        foreach (var row in odd)
        {
            campaign.Write(row.Name + ".sh", row.Script + "\n");
        }

        campaign.Write("operators.yaml", wiring.Length == 0 ? "operators: { hpc.default: { kind: hpc, max_concurrent: 8 } }\n" : wiring);

        try
        {
            campaign.Build("Loop").Says("done");
            Check(campaign.Run(), odd);
        }
        finally
        {
            // .NET does not delete names that are not UTF-8.
            Shell.Run($"rm -rf '{campaign.Runs}'");
        }
    }

    private static void Check(Run run, IReadOnlyList<OddOutput> odd)
    {
        var wrong = odd.Select(row => (row.Name, Wrong: WhatIsWrong(run, row)))
            .Where(w => w.Wrong is not null)
            .Select(w => $"{w.Name}: {w.Wrong}")
            .ToList();
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
        Assert.IsEmpty(Directory.GetFileSystemEntries(run.Folder, ".matterstack-parts", SearchOption.AllDirectories));
    }

    private static string? WhatIsWrong(Run run, OddOutput row)
    {
        var (state, reason) = (run.Attempt(row.Name), run.Attempt(row.Name, "reason"));
        if (row.Fails is { } why)
        {
            return state == "FAILED" && reason.Contains(why, StringComparison.Ordinal)
                ? null
                : $"{state} ({reason}) instead of FAILED ({why})";
        }

        var found = run.Rows($"SELECT path FROM outputs WHERE attempt_id = '{run.Attempt(row.Name, "attempt_id")}'")
            .Select(r => r[0])
            .Order(StringComparer.Ordinal)
            .ToList();
        return state != "COMPLETED" ? $"{state} ({reason}) instead of COMPLETED"
            : !found.SequenceEqual(row.Found)
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{found.Count} outputs ({string.Join(", ", found.Take(12))}) instead of {row.Found.Count} ("
                        + $"{string.Join(", ", row.Found.Take(12))})"
                )
            : row.Results is { } results && run.Attempt(row.Name, "results") != results ? $"results {run.Attempt(row.Name, "results")}"
            : null;
    }
}
