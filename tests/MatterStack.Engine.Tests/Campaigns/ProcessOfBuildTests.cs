using System.Globalization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Campaigns.Loading;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>A campaign is asked in the build's own process, and whatever it does there harms neither the build nor what it
/// prints.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ProcessOfBuildTests
{
    private const string Variable = "MATTERSTACK_TEST_OF_CAMPAIGN";

    private readonly List<string> _printed = [];
    private readonly List<Problem> _warned = [];

    [TestMethod]
    public void What_it_prints_is_reported_line_by_line_and_reaches_no_console()
    {
        var console = Console.Out;
        using var seen = new StringWriter(CultureInfo.InvariantCulture);
        Console.SetOut(seen);
        try
        {
            Ask(() =>
            {
                Console.Write("one ");
                Console.WriteLine("line");
                Console.Error.WriteLine("\u001b[31m::error::red\u0007");
                Task.Run(() => Console.WriteLine(3.5)).Wait();
                Console.Write("no end");
            });
            Console.WriteLine("of the build");
        }
        finally
        {
            Console.SetOut(console);
        }

        CollectionAssert.AreEqual(new[] { "one line", ": :error::red", "3.5", "no end" }, _printed);
        Assert.AreEqual("of the build" + Environment.NewLine, seen.ToString());
    }

    [TestMethod]
    public void However_much_it_prints_the_log_stays_readable()
    {
        Ask(() =>
        {
            for (var i = 0; i < 5000; i++)
            {
                Console.WriteLine(new string('x', 5000));
            }
        });

        Assert.HasCount(101, _printed);
        Assert.AreEqual("… and 4900 more lines", _printed[^1]);
        Assert.AreEqual(1000, _printed[0].Length);
    }

    [TestMethod]
    public void It_has_nothing_to_read()
    {
        string? read = "?";
        var one = 0;
        Ask(() => (read, one) = (Console.ReadLine(), Console.Read()));

        Assert.IsNull(read);
        Assert.AreEqual(-1, one);
    }

    [TestMethod]
    public void What_it_changes_of_the_process_is_put_back_and_warned_of()
    {
        var folder = Environment.CurrentDirectory;
        var path = Environment.GetEnvironmentVariable("PATH");

        Ask(() =>
        {
            Environment.SetEnvironmentVariable(Variable, "set");
            Environment.SetEnvironmentVariable("PATH", null);
            Environment.CurrentDirectory = Path.GetTempPath();
            Environment.ExitCode = 7;
            Console.SetOut(TextWriter.Null);
            Console.SetIn(TextReader.Null);
            CultureInfo.DefaultThreadCurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        });

        Assert.IsNull(Environment.GetEnvironmentVariable(Variable));
        Assert.AreEqual(path, Environment.GetEnvironmentVariable("PATH"));
        Assert.AreEqual(folder, Environment.CurrentDirectory);
        Assert.AreEqual(0, Environment.ExitCode);
        Assert.IsNull(CultureInfo.DefaultThreadCurrentCulture);
        Assert.AreNotEqual(TextWriter.Null, Console.Out);
        var warning = _warned.Single();
        Assert.AreEqual((CampaignCodes.ProcessChanged, Severity.Warning), (warning.Code, warning.Severity));
        foreach (var word in new[] { Variable, "PATH", "current folder", "culture", "exit code", "console" })
        {
            StringAssert.Contains(warning.Message, word);
        }
    }

    [TestMethod]
    public void It_is_put_back_also_when_the_campaign_throws()
    {
        Assert.ThrowsExactly<ProblemException>(() =>
            Ask(() =>
            {
                Console.WriteLine("before");
                Environment.SetEnvironmentVariable(Variable, "set");
                throw new InvalidOperationException("no");
            })
        );

        Assert.IsNull(Environment.GetEnvironmentVariable(Variable));
        Assert.AreEqual("before", _printed.Single());
        Assert.HasCount(1, _warned);
    }

    [TestMethod]
    [DataRow("an async void method")]
    [DataRow("an async void method that waits")]
    [DataRow("an async void method in the thread pool")]
    [DataRow("a thread")]
    [DataRow("a work item")]
    public void What_nobody_catches_is_the_campaigns_error_and_not_the_end_of_the_build(string where)
    {
        using var caught = new ManualResetEventSlim();
        var thrown = Assert.ThrowsExactly<ProblemException>(() => Ask(() => Throw(where, caught), until: caught));

        Assert.AreEqual(CampaignCodes.CampaignThrew, thrown.Problems[0].Code);
        StringAssert.Contains(thrown.Message, where);
    }

    [TestMethod]
    public void A_result_can_be_waited_for()
    {
        var sum = 0;
        Ask(() => sum = Sum().GetAwaiter().GetResult());

        Assert.AreEqual(3, sum);

        static async Task<int> Sum()
        {
            await Task.Yield();
            await Task.Delay(1);
            return 3;
        }
    }

    private static void Throw(string where, ManualResetEventSlim caught)
    {
        switch (where)
        {
            case "an async void method":
                Now();
                break;
            case "an async void method that waits":
                Later();
                break;
            case "an async void method in the thread pool":
                Task.Run(Later).Wait();
                break;
            case "a thread":
                new Thread(Fail).Start();
                break;
            default:
                ThreadPool.QueueUserWorkItem(_ => Fail());
                break;
        }

        // The end of the call is not to come before.
        while (CampaignConsole.CurrentOutput!.StrayException is null)
        {
            Thread.Yield();
        }

        caught.Set();

        async void Now() => throw await Task.FromResult(new InvalidOperationException(where));

        async void Later()
        {
            await Task.Yield();
            throw new InvalidOperationException(where);
        }

        void Fail() => throw new InvalidOperationException(where);
    }

    private void Ask(Action plan, ManualResetEventSlim? until = null)
    {
        var question = new CampaignQuestion(typeof(Acting).Assembly.Location, nameof(Acting), new SourceLocator("/p/x.csproj", null))
        {
            Listener = new CampaignListener(_printed.Add, _warned.Add),
        };
        CampaignLoader.RunInThread(() => CampaignInvoker.AskCampaign(new Acting(plan), question), question, CancellationToken.None);
        Assert.IsTrue(until?.IsSet ?? true);
    }

    private sealed class Acting(Action plan) : Campaign
    {
        public override Workflow Plan()
        {
            plan();
            return [new() { Id = "a", Command = "true" }];
        }
    }
}
