using MatterStack.Build.Tests.Support;

namespace MatterStack.Build.Tests;

/// <summary>Campaigns in C#: compiled, found, validated, looped; what is wrong with one is said where it is.</summary>
[TestClass]
public sealed class CampaignClassTests
{
    private const string Halving = """
        public sealed record Seen(int Iterations, double Best);

        public sealed record Measured(double X);

        public sealed class Halving : Campaign<Seen>
        {
            public override Workflow? Plan(Seen? state) => state?.Iterations switch
            {
                null => [new() { Id = "first", Command = "cat start.json > results.json", Files = ["start.json"], Outputs = ["results.json"] }],
                < 3 => [new() { Id = $"half_{state.Iterations}", Command = $"cat deps/first/results.json >&2; echo '{{\"x\": {state.Best / 2}}}' > results.json", Outputs = ["results.json"], DependsOn = ["first"] }],
                _ => null,
            };

            public override Seen Analyze(Seen? state, TaskResults results) => new(results.Iteration + 1, results.Single().GetResult<Measured>().X);
        }
        """;

    // Each with its code, and the line that is to be named marked with its own name.
    private const string Mistakes = """
        public class MATTER2002 : Campaign
        {
            public override Workflow Plan()
            {
                Workflow flow = [new() { Id = "a", Command = "true" }];
                flow.Add(new() { Id = "a", Command = "true" }); // MATTER2002: 'a' is declared more than once
                return flow;
            }
        }
        public class MATTER2003 : Campaign { public override Workflow Plan() { Workflow w = [];
            w.Add(new() { Id = "abc", Command = "true", DependsOn = ["abd"] }); return w; } } // MATTER2003: 'abd'
        public class MATTER2004 : Campaign { public override Workflow Plan() { Workflow w = [];
            w.Add(new() { Id = "a", Command = "true", DependsOn = ["b"] }); // MATTER2004: cycle
            w.Add(new() { Id = "b", Command = "true", DependsOn = ["a"] }); return w; } }
        public class MATTER2007 : Campaign { public override Workflow Plan() { Workflow w = [];
            w.Add(new() { Id = "a", Command = "true", Files = ["gone.txt"] }); return w; } } // MATTER2007: gone.txt
        public class MATTER2011 : Campaign { public override Workflow Plan() { Workflow w = [];
            w.Add(new() { Id = "a", Command = "{campaign} x" }); return w; } } // MATTER2011: 'a'
        public class MATTER2012 : Campaign { public override Workflow Plan() { Workflow w = [];
            w.Add(new() { Id = "a", Command = "true", OperatorKey = "hpc.big" }); return w; } } // MATTER2012: hpc.big
        public class MATTER2018 : Campaign { public MATTER2018(int n) => N = n;
            int N { get; } public override Workflow Plan()
            { return [new() { Id = $"a{N}", Command = "true" }]; } } // MATTER2018: constructor without parameters
        public class MATTER2019 : Campaign<string>
        {
            public override Workflow? Plan(string? state) => [new() { Id = "a", Command = Potential(3) }];
            public override string Analyze(string? state, TaskResults results) => "";
            static string Potential(int n)
            {
                if (n > 0)
                    throw new System.IO.FileNotFoundException("no potential"); // MATTER2019: MATTER2019.Plan threw FileNotFoundException: no potential
                return "true";
            }
        }
        public class MATTER2020 : Campaign { public override Workflow Plan()
            => []; } // MATTER2020: The first workflow of MATTER2020 is empty
        """;

    [TestMethod]
    public void A_mistake_in_a_campaign_class_is_said_by_plain_build_at_its_line()
    {
        using var workspace = new CodedWorkspace().Code(Mistakes);
        var lines = File.ReadAllLines(workspace.Source);

        foreach (
            var (line, number) in lines
                .Select((line, i) => (line, i + 1))
                .Where(l => l.line.Contains("// MATTER", StringComparison.Ordinal))
        )
        {
            var (code, words) = line.Split("// ")[1].Split(": ", 2) is [var first, var rest]
                ? (first, rest)
                : throw new FormatException(line);
            var answer = workspace.Build("Build", ("MatterStackCampaignClass", code)).Failed();
            Assert.AreEqual(code, answer.Error.Code, answer.Said);
            StringAssert.Contains(answer.Error.Message, words);
            Assert.AreEqual(workspace.Source, answer.Error.File, answer.Said);
            Assert.AreEqual(number, answer.Error.LineNumber, answer.Said);
        }

        var several = workspace.Build("Build").Failed().Error;
        Assert.AreEqual("MATTER2017", several.Code);
        StringAssert.Contains(several.Message, "MATTER2018, MATTER2019");
        Assert.AreEqual("MATTER2016", workspace.Build("Build", ("MatterStackCampaignClass", "Third")).Failed().Error.Code);
        Assert.IsFalse(Directory.Exists(Path.Combine(workspace.Folder, "runs")));
    }

    [TestMethod]
    public void A_campaign_plans_analyzes_and_plans_again_until_it_is_finished()
    {
        using var workspace = new CodedWorkspace().Code(Halving);
        workspace.Write("start.json", """{"X": 8}""");

        var built = workspace.Build("Build").Succeeded();
        var looped = workspace.Build("Loop").Succeeded();

        StringAssert.Contains(built.Said, "Halving's first workflow");
        Assert.AreEqual("COMPLETED", looped.Item.GetMetadata("state"));
        StringAssert.Contains(looped.Said, "iteration 2 is analyzed; the campaign is finished");
        Assert.AreEqual(
            "{\"x\": 2}\n",
            File.ReadAllText(Path.Combine(looped.Item.GetMetadata("path"), "tasks", "half_2@1", "work", "results.json"))
        );
        Assert.AreEqual(looped.Item.ItemSpec, workspace.Build("Loop").Succeeded().Item.ItemSpec, "it is up to date");
        workspace.Code(Halving + "\n// A comment.");
        Assert.AreEqual(looped.Item.ItemSpec, workspace.Build("Loop").Succeeded().Item.ItemSpec, "a comment is no other program");
        workspace.Write("start.json", """{"X": 16}""");
        Assert.AreNotEqual(looped.Item.ItemSpec, workspace.Build("Loop").Succeeded().Item.ItemSpec, "a staged file has changed");
    }

    [TestMethod]
    public void An_edit_in_mid_run_does_not_reach_into_it_and_is_warned_of_once()
    {
        using var workspace = new CodedWorkspace().Code(Halving);
        workspace.Write("start.json", """{"X": 8}""");
        var run = workspace.Build("Init").Succeeded().Item;
        workspace.Code(Halving.Replace("half_", "third_", StringComparison.Ordinal));

        var first = workspace.Build("Step").Succeeded();
        var second = workspace.Build("Loop").Succeeded();

        Assert.AreEqual("MATTER3009", first.Warnings.Single().Code);
        Assert.HasCount(0, second.Warnings, second.Said);
        Assert.AreEqual(run.ItemSpec, second.Item.ItemSpec);
        Assert.IsTrue(Directory.Exists(Path.Combine(run.GetMetadata("path"), "tasks", "half_2@1")));
    }

    [TestMethod]
    public void A_campaign_that_throws_when_it_analyzes_leaves_the_run_as_it_was()
    {
        using var workspace = new CodedWorkspace().Code(Halving);
        workspace.Write("start.json", """{"Y": "no number", "X": "?"}""");

        var first = workspace.Build("Loop").Failed();
        var second = workspace.Build("Step").Failed();

        Assert.AreEqual("MATTER2023", first.Error.Code);
        Assert.AreEqual(workspace.LineOf("GetResult"), first.Error.LineNumber, first.Said);
        Assert.AreEqual(workspace.Source, first.Error.File);
        Assert.AreEqual(first.Error.Message, second.Error.Message);
        Assert.AreEqual("RUNNING", workspace.Build("Status").Succeeded().Items[0].GetMetadata("state"));
    }

    [TestMethod]
    public void One_of_several_classes_is_chosen_by_a_property_and_items_belong_to_the_first_workflow()
    {
        using var workspace = new CodedWorkspace(
            """
              <PropertyGroup><MatterStackCampaignClass>Second</MatterStackCampaignClass></PropertyGroup>
              <ItemGroup><CampaignTask Include="item" Command="echo 1 > out.txt" Outputs="out.txt" /></ItemGroup>
            """
        ).Code(
            """
            namespace Deep
            {
                public class First : Campaign { public override Workflow Plan() => []; }
                public class Second : Campaign { public override Workflow Plan() => [new() { Id = "a", Command = "cat deps/item/out.txt", DependsOn = ["item"] }]; }
            }
            """
        );

        var run = workspace.Build("Loop").Succeeded().Item;

        Assert.AreEqual("1\n", File.ReadAllText(Path.Combine(run.GetMetadata("path"), "tasks", "a@1", "stdout.log")));
    }
}
