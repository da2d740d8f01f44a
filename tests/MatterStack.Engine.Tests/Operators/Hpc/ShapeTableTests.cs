using System.Globalization;
using System.Text.RegularExpressions;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Operators.Hpc;

/// <summary>The table in <c>docs/slurm.md</c> says what schedulers and this machine are told.</summary>
[TestClass]
public sealed partial class ShapeTableTests
{
    private const string GridEngineSite = "parallel_environment: mpi, gpu_resource: gpu, gpu_type_resource: gpu_model";

    public static IEnumerable<object[]> Rows =>
        File.ReadAllText(Path.Combine(Repository.Folder, "docs", "slurm.md"))
            .Split("## Shapes")[1]
            .Split("\n\n")
            .First(part => part.StartsWith("| a task asks for", StringComparison.Ordinal))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)[2..]
            .Select(row => (object[])[.. row.Trim('|').Split('|').Select(cell => cell.Trim())]);

    [TestMethod]
    [DynamicData(nameof(Rows))]
    public void A_row_of_the_table_is_what_the_code_does(string asked, string slurm, string gridEngine, string here)
    {
        var task = ShapeRows.Task(asked == "nothing" ? "" : Code(asked));

        Assert.AreEqual(Code(slurm), string.Join(' ', ShapeRows.SlurmOptions(task, Site(slurm, ""))));
        Assert.AreEqual(
            gridEngine == "nothing" ? "" : Code(gridEngine),
            string.Join(' ', ShapeRows.GridEngineOptions(task, Site(gridEngine, GridEngineSite)))
        );
        Assert.IsNull(ShapeRows.FindRefusal(task, $"type: sge, sge: {{ {Site(gridEngine, GridEngineSite)} }}"));
        Assert.AreEqual(here, Describe(task));
    }

    [TestMethod]
    public void The_table_names_every_part_of_a_shape()
    {
        var named = string.Join(' ', Rows.Select(row => (string)row[0]));
        foreach (var name in new[] { "Nodes", "Ranks", "Cores", "MemoryGb", "Gpus", "GpuType", "TimeLimitMinutes" })
        {
            Assert.Contains(name + "=", named);
        }
    }

    // The options of the cell, and the keys of the site behind it.
    private static string Code(string cell) => CodeRegex().Match(cell).Groups[1].Value;

    private static string Site(string cell, string always)
    {
        var more = CodeRegex().Matches(cell).Skip(1).Select(match => match.Groups[1].Value);
        return string.Join(", ", new[] { always }.Concat(more).Where(text => text.Length > 0));
    }

    private static string Describe(CampaignTask task)
    {
        if (task.Nodes > 1)
        {
            StringAssert.Contains(ShapeRows.FindRefusal(task, "type: local"), "has one machine");
            return "refused";
        }

        var shape = task.Shape;
        return string.Join(
            ", ",
            new[]
            {
                CountText.FormatCount(shape.TotalCores, "core"),
                shape.MemoryGb is { } memory ? string.Create(CultureInfo.InvariantCulture, $"{memory} GiB") : null,
                shape.Gpus > 0 ? CountText.FormatCount(shape.Gpus, "GPU") : null,
                task.TimeLimitMinutes is { } minutes ? string.Create(CultureInfo.InvariantCulture, $"ended after {minutes} min") : null,
            }.OfType<string>()
        );
    }

    [GeneratedRegex("`([^`]*)`")]
    private static partial Regex CodeRegex();
}
