using System.Text.Json;
using System.Text.RegularExpressions;
using MatterStack.Acceptance.Support;

namespace MatterStack.Acceptance;

/// <summary>Tables of results and comparisons of runs, as other programs read them.</summary>
[TestClass]
public sealed partial class ResultsTests
{
    private const string Tasks = """
          <ItemGroup>
            <CampaignTask Include="cu" Columns="element=Cu;strain=-2" AllowFailure="true"
                          Command="printf '{&quot;energy (eV)&quot;: -3.%25s, &quot;fit&quot;: {&quot;n&quot;: 7}, &quot;forces&quot;: [[0.5, -2.25]]}' &quot;%24(cat &quot;$OUT/digits&quot;)&quot; > results.json" />
            <CampaignTask Include="al" Columns="element=Al;strain=0"
                          Command="printf '{&quot;energy (eV)&quot;: -1, &quot;note&quot;: &quot;µ, x&quot;}' > results.json" />
            <CampaignTask Include="bad" Columns="element=Al" Command="false" AllowFailure="true" />
          </ItemGroup>
        """;

    private static readonly Lazy<Campaign> Two = new(() =>
    {
        var campaign = new Campaign(Tasks);
        File.WriteAllText(campaign.Sign("digits"), "5");
        campaign.Build("Loop").Succeeded();
        File.WriteAllText(campaign.Sign("digits"), "50001");
        campaign.Build("Loop", "-p:NewRun=true").Succeeded();
        return campaign;
    });

    [ClassCleanup]
    public static void DeleteCampaign()
    {
        if (Two.IsValueCreated)
        {
            Two.Value.Dispose();
        }
    }

    [TestMethod]
    public void A_comparison_ends_with_1_where_results_differ_and_with_0_within_the_tolerance()
    {
        Two.Value.Build("CompareRuns").Failed("MATTER3096", "result energy (eV): -3.5 -> -3.50001 (differs by 1E-05, relative 2.86E-06)");
        Two.Value.Build("CompareRuns", "-p:Tolerance=1e-5").Succeeded().Says("0 added, 0 gone, 0 different, 3 equal");
        Two.Value.Build("Results", "-p:Runs=alll").Failed("MATTER3", "alll");
        Two.Value.Build("Results", "-p:Format=parquet").Failed("MATTER3010", "-p:OutputFile=FILE.parquet");
    }

    [TestMethod]
    public void The_Python_of_the_page_reads_the_results_of_real_runs()
    {
        Require.Component("pandas");
        Two.Value.Build("Results", "-p:OutputFile=results.csv", "-p:Runs=all").Succeeded().Says("6 rows");
        var page = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "results-in-python.md"));
        var blocks = PythonRegex().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.HasCount(3, blocks, "a table, arrays, the store");
        Two.Value.Write("page.py", string.Join('\n', blocks));

        var (code, said) = Shell.Run("/usr/bin/python3 page.py", Two.Value.Folder);

        Assert.AreEqual(0, code, said);
        Assert.MatchesRegex(new Regex(@"cu\s+Cu\s+-3\.50001"), said);
        Assert.MatchesRegex(new Regex(@"Al\s+-1\.0+\nCu\s+-3\.50001"), said, "the smallest of each element");
        Assert.Contains("2.25", said, "the largest force");
        Assert.MatchesRegex(new Regex(@"bad FAILED (None|[0-9.e-]+) None"), said, "the store");
    }

    [TestMethod]
    public void DuckDB_reads_the_Parquet_file_with_its_types()
    {
        Require.Component("duckdb");
        var file = Path.Combine(Two.Value.Folder, "results.parquet");
        Two.Value.Build("Results", "-p:OutputFile=results.parquet", "-p:Runs=all").Succeeded();

        var program = Path.Combine(Repository.Folder, "tests", "parquet", "ReadParquet.cs");
        var (code, said) = Shell.Run($"dotnet run '{program}' '{file}'");
        if (code != 0 && RestoreErrorRegex().IsMatch(said))
        {
            Require.Absent("duckdb", "the package DuckDB.NET.Data.Full could not be restored: " + said);
        }

        Assert.AreEqual(0, code, said);
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.AreEqual(
            "run VARCHAR, task VARCHAR, state VARCHAR, element VARCHAR, strain VARCHAR, energy (eV) DOUBLE, fit.n BIGINT, forces VARCHAR, "
                + "note VARCHAR, operator_key VARCHAR, wiring_sha256 VARCHAR, cached_from VARCHAR",
            string.Join(", ", lines.TakeWhile(line => line[0] != '{'))
        );
        var rows = lines.Where(line => line[0] == '{').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.AreEqual(
            "cu COMPLETED -3.5 7 [[0.5,-2.25]]; al COMPLETED -1.0 none none; bad FAILED none none none; "
                + "cu COMPLETED -3.50001 7 [[0.5,-2.25]]; al COMPLETED -1.0 none none; bad FAILED none none none",
            string.Join(
                "; ",
                rows.Select(row =>
                    string.Join(' ', new[] { "task", "state", "energy (eV)", "fit.n", "forces" }.Select(name => Format(row, name)))
                )
            )
        );
        Assert.AreEqual("µ, x", rows[1].GetProperty("note").GetString());
    }

    [GeneratedRegex(@"```python\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex PythonRegex();

    [GeneratedRegex(@"error NU\d+|NU1\d+:")]
    private static partial Regex RestoreErrorRegex();

    private static string Format(JsonElement row, string name) =>
        row.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : "none";
}
