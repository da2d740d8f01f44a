using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Files;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators.Scripts;
using MatterStack.Engine.Runs.Conducting;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>What docs/codes.md says is so.</summary>
[TestClass]
public sealed partial class CodesPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Folder, "docs", "codes.md")).ReplaceLineEndings("\n");

    private static readonly IReadOnlyList<OperatorsFile> Examples =
    [
        .. YamlRegex()
            .Matches(Page)
            .Select(static block =>
                OperatorsFile
                    .Parse(Encoding.UTF8.GetBytes(block.Groups[1].Value), "codes.md", Schedulers.Schema, outside: null)
                    .GetValueOrThrow()
            ),
    ];

    [TestMethod]
    public void Every_example_of_wiring_is_read_and_every_code_in_it_can_be_used()
    {
        Assert.HasCount(4, Examples);
        foreach (var example in Examples)
        {
            foreach (var (key, wired) in example.Operators)
            {
                var tasks = wired
                    .Codes.Codes.Keys.SelectMany(name => new[] { 1, 4 }.Select(ranks => CreateTask(key, $"{{code:{name}}} -in x", ranks)))
                    .ToList();
                Assert.IsNotEmpty(tasks, key.Value);
                Assert.IsEmpty(RoutingCheck.CheckTasks(EngineHost.ThisMachine().Catalog, tasks, example, "codes.md"));
            }
        }
    }

    [TestMethod]
    public void The_commands_of_the_table_are_those_of_a_job()
    {
        var rows = RowRegex().Matches(Page[Page.IndexOf("<!-- table: commands", StringComparison.Ordinal)..]);
        Assert.HasCount(6, rows.ToList());
        foreach (Match row in rows)
        {
            var shape = ShapeRegex()
                .Matches(row.Groups[2].Value)
                .ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));
            var key = OperatorKey.FromTrusted("hpc.default");
            var task = CreateTask(key, row.Groups[1].Value, shape["Ranks"]) with
            {
                Nodes = shape.GetValueOrDefault("Nodes", 1),
                Cores = shape.GetValueOrDefault("Cores", 1),
            };
            var command = SiteCommands.Build(task, task.Shape, new CommandSite(Examples[1].Operators[key].Codes, Container: null)).Command;
            Assert.AreEqual(row.Groups[3].Value, command.Text);
        }
    }

    [TestMethod]
    public void The_nearest_definition_holds_as_the_example_says()
    {
        var operators = Examples[3].Operators;
        foreach (
            var (key, launcher, command) in new[]
            {
                ("local.default", "mpirun -n {ranks}", "lmp"),
                ("hpc.default", "srun -n {ranks}", "lmp"),
                ("hpc.gpu", "srun -n {ranks}", "lmp -k on g 4 -sf kk"),
            }
        )
        {
            var code = operators[OperatorKey.FromTrusted(key)].Codes.Codes["lammps"];
            Assert.AreEqual((launcher, command), (code.Launcher!.Text, code.Command), key);
        }
    }

    [TestMethod]
    public void Every_error_it_names_exists_with_that_meaning()
    {
        CollectionAssert.AreEqual(
            new[] { CampaignCodes.UnknownCode.Code, CampaignCodes.CodeNotUsable.Code, CampaignCodes.RanksWithoutLauncher.Code },
            CodeRegex().Matches(Page).Select(static m => m.Value).ToArray()
        );
        Assert.Contains($"exit code {ExitCodes.SiteNotUsable}", Page);
    }

    private static CampaignTask CreateTask(OperatorKey key, string command, int ranks) =>
        new()
        {
            Id = TaskId.FromTrusted("t"),
            Command = command,
            OperatorKey = key,
            Ranks = ranks,
        };

    [GeneratedRegex("^```yaml\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex YamlRegex();

    [GeneratedRegex(@"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", RegexOptions.Multiline)]
    private static partial Regex RowRegex();

    [GeneratedRegex("(\\w+)=\"(\\d+)\"")]
    private static partial Regex ShapeRegex();

    [GeneratedRegex(@"MATTER\d{4}")]
    private static partial Regex CodeRegex();
}
