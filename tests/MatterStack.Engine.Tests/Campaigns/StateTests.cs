using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Tests.Campaigns;

/// <summary>What a campaign may remember, and what it is told about what it may not.</summary>
[TestClass]
public sealed class StateTests
{
    [TestMethod]
    public void Records_fields_numbers_that_are_none_and_random_numbers_come_back()
    {
        var state = new Everything
        {
            Values = { ["a"] = [1.5, double.NaN, double.PositiveInfinity] },
            Kept = 3,
            Point = new(1, null),
            Random = new() { State = ulong.MaxValue },
        };

        var back = Stored(state);

        Assert.AreEqual(3, back.Kept);
        Assert.AreEqual(1, back.Point!.X);
        Assert.IsTrue(double.IsNaN(back.Values["a"][1]));
        Assert.AreEqual(ulong.MaxValue, back.Random!.State);
    }

    [TestMethod]
    public void A_property_that_cannot_be_set_is_an_error_that_names_it() => Refused(new GetOnly(5), "\"Value\":5");

    [TestMethod]
    public void A_generator_that_would_start_again_is_an_error_that_names_the_other_one() =>
        Refused(new WithRandom(), nameof(SeededRandom));

    [TestMethod]
    public void Private_data_are_an_error() => Refused(new Outer { Inner = new() }, "Hidden");

    [TestMethod]
    public void A_state_of_a_derived_type_is_an_error() => Refused<Base>(new Derived { X = 1 }, nameof(JsonDerivedTypeAttribute)[..^9]);

    [TestMethod]
    public void A_circle_of_references_is_an_error()
    {
        var node = new Node();
        node.Next = node;
        Refused(node, "cycle");
    }

    [TestMethod]
    public void Null_is_an_error() => Refused<Node>(null!, "null");

    [TestMethod]
    public void A_seed_gives_the_published_numbers()
    {
        // The first outputs of SplitMix64 for the seed 1234567, as the reference implementation gives them.
        var random = new SeededRandom { State = 1234567 };
        CollectionAssert.AreEqual(
            new[] { 6457827717110365317UL, 3203168211198807973UL, 9817491932198370423UL, 4593380528125082431UL, 16408922859458223821UL },
            Enumerable.Range(0, 5).Select(_ => random.NextBits()).ToArray()
        );
        var draws = Enumerable.Range(0, 20_000).Select(_ => random.NextGaussian()).ToList();
        Assert.AreEqual(0, draws.Average(), 0.05);
        Assert.AreEqual(1, draws.Average(d => d * d), 0.05);
        Assert.IsTrue(Enumerable.Range(0, 1000).Select(_ => random.Next(7)).Distinct().Order().SequenceEqual(Enumerable.Range(0, 7)));
    }

    private static void Refused<T>(T state, string words)
        where T : class
    {
        var thrown = Assert.ThrowsExactly<ProblemException>(() => Stored(state));
        Assert.AreEqual(CampaignCodes.StateNotStored, thrown.Problems[0].Code, thrown.Message);
        StringAssert.Contains(thrown.Message, words);
    }

    private static T Stored<T>(T state)
        where T : class
    {
        using var harness = new CampaignHarness(_ => HarnessResult.Completed());
        return harness.Run(new Keeps<T>(state)).State!;
    }

    private sealed class Keeps<T>(T kept) : Campaign<T>
        where T : class
    {
        public override Workflow? Plan(T? state) => state is null ? [new() { Id = "a", Command = "c" }] : null;

        public override T Analyze(T? state, TaskResults results) => kept;
    }

    public sealed record Point(int X, double? Y);

    public sealed class Everything
    {
        [SuppressMessage("Design", "CA1051", Justification = "Campaigns may have such states.")]
        public int Kept;

        public Dictionary<string, List<double>> Values { get; init; } = [];

        public Point? Point { get; set; }

        public SeededRandom? Random { get; set; }
    }

    public sealed class GetOnly
    {
        public GetOnly() { }

        public GetOnly(int value) => Value = value;

        public int Value { get; }
    }

    public sealed class WithRandom
    {
        public Random Random { get; set; } = new(1);
    }

    public sealed class Outer
    {
        public Hidden? Inner { get; set; }
    }

    public sealed class Hidden
    {
        private int _seen = 1;

        public int Seen() => _seen++;
    }

    public class Base
    {
        public int X { get; set; }
    }

    public sealed class Derived : Base
    {
        public int Y { get; set; }
    }

    public sealed class Node
    {
        public Node? Next { get; set; }
    }
}
