using System.Text;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Identity;
using MatterStack.Engine.Operators;
using MatterStack.Engine.Operators.Plugins;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Fields;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>A program that was built for another version of MatterStack, whose public API has other names: the message says what to
/// do.</summary>
[TestClass]
public sealed class EarlierProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("matterstack-earlier-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_campaign_that_calls_a_renamed_method_needs_a_new_run()
    {
        var problem = AskCampaign<Hashing>(nameof(Sha256.ComputeTextHash));

        Assert.AreEqual(CampaignCodes.CampaignThrew, problem.Code);
        StringAssert.Contains(problem.Message, "Method not found");
        StringAssert.Contains(problem.Remedy, "Build the campaign again");
        StringAssert.Contains(problem.Remedy, "-p:NewRun=true");
    }

    [TestMethod]
    public void A_campaign_with_a_renamed_type_needs_a_new_run()
    {
        var problem = AskCampaign<Keeping>(nameof(Sha256));

        StringAssert.Contains(problem.Message, "Could not load type");
        StringAssert.Contains(problem.Remedy, "-p:NewRun=true");
    }

    [TestMethod]
    public void An_operator_that_implements_a_renamed_method_must_be_built_again()
    {
        var provider = typeof(EarlierProvider).FullName!;
        var assembly = CopyProgram(nameof(OperatorProvider.Create));
        Assert.Contains((assembly, provider), PluginScanner.FindProviders(assembly));

        var problem = Assert.ThrowsExactly<ProblemException>(() => PluginLoader.LoadProviders(assembly)).Problems.Single();

        Assert.AreEqual(OperatorCodes.PluginNotUsable, problem.Code);
        StringAssert.Contains(problem.Message, $"{provider} cannot be used: TypeLoadException");
        Assert.AreEqual(ApiMismatch.OperatorRemedy, problem.Remedy);
    }

    [TestMethod]
    public void A_missing_native_library_is_no_sign_of_another_version()
    {
        Assert.IsFalse(ApiMismatch.IsCause(new DllNotFoundException()));
        Assert.IsFalse(ApiMismatch.IsCause(new InvalidOperationException("", new EntryPointNotFoundException())));
        Assert.IsTrue(ApiMismatch.IsCause(new InvalidOperationException("", new MissingFieldException())));
    }

    private Problem AskCampaign<T>(string renamed)
    {
        var question = new CampaignQuestion(CopyProgram(renamed), typeof(T).FullName!, new SourceLocator("/p/x.csproj", null));
        var thrown = Assert.ThrowsExactly<ProblemException>(() => CampaignLoader.Instance.AskCampaign(question, CancellationToken.None));
        return thrown.Problems.Single();
    }

    // The assembly of these tests, as if a name of the engine's API had been another one when it was compiled.
    private string CopyProgram(string renamed)
    {
        var own = typeof(EarlierProgramTests).Assembly.Location;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(own)!))
        {
            // Without the list of dependencies, which has native libraries of the tests.
            if (file.EndsWith(".dll", StringComparison.Ordinal))
            {
                File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
            }
        }

        // Names are zero-terminated in the metadata.
        var program = File.ReadAllBytes(own);
        var (name, count) = (Encoding.UTF8.GetBytes($"{renamed}\0"), 0);
        for (var at = program.AsSpan().IndexOf(name); at >= 0; count++)
        {
            program[at] = (byte)'X';
            var next = program.AsSpan(at + 1).IndexOf(name);
            at = next < 0 ? -1 : at + 1 + next;
        }

        Assert.IsGreaterThan(0, count, $"'{renamed}' is not in the metadata");
        var copy = Path.Combine(_folder, Path.GetFileName(own));
        File.WriteAllBytes(copy, program);
        return copy;
    }

    public sealed class Hashing : Campaign
    {
        public override Workflow Plan() => [new() { Id = "a", Command = $"echo {Sha256.ComputeTextHash("a")}" }];
    }

    public sealed class Keeping : Campaign
    {
        private readonly Sha256 _hash = Sha256.ComputeTextHash("a");

        public override Workflow Plan() => [new() { Id = "a", Command = $"echo {_hash}" }];
    }
}

/// <summary>Operators are found among the top-level classes of an assembly.</summary>
public sealed class EarlierProvider : OperatorProvider
{
    public override OperatorKind Kind { get; } = new("furnace", "A furnace.", [], []);

    public override AttemptOperator Create(OperatorWiring wired, OperatorContext context) => throw new InvalidOperationException();
}
