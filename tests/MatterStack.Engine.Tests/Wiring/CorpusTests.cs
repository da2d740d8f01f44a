using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

[TestClass]
public sealed class CorpusTests
{
    [TestMethod]
    [DynamicData(nameof(Corpus.Good), typeof(Corpus))]
    public void A_good_file_is_read_without_a_problem(string name)
    {
        var result = OperatorsFile.Parse(
            CanonicalBytes.FromRaw(Corpus.Bytes("good", name)),
            "operators.yaml",
            Schedulers.Schema,
            outside: null
        );

        Assert.IsTrue(result.IsSuccess, string.Join("\n", result.Problems));
        Assert.IsEmpty(result.Problems);
    }

    [TestMethod]
    [DynamicData(nameof(Corpus.Bad), typeof(Corpus))]
    public void A_bad_file_gives_every_mistake_with_code_line_and_column_and_a_remedy(string name)
    {
        var bytes = Corpus.Bytes("bad", name);

        var result = OperatorsFile.Parse(CanonicalBytes.FromRaw(bytes), "operators.yaml", Schedulers.Schema, outside: null);

        Assert.IsFalse(result.IsSuccess);
        var found = result
            .Problems.Select(static problem => $"{problem.Code} {problem.Position!.Line},{problem.Position.Column}")
            .ToArray();
        CollectionAssert.AreEqual(Corpus.Expected(bytes), found, string.Join("\n", result.Problems));
        Assert.IsTrue(result.Problems.All(static problem => problem.Remedy.Length > 0), "a remedy is missing");
    }

    [TestMethod]
    public void No_problem_shows_a_secret()
    {
        foreach (var name in Corpus.Bad.Select(static row => (string)row[0]))
        {
            var result = OperatorsFile.Parse(
                CanonicalBytes.FromRaw(Corpus.Bytes("bad", name)),
                "operators.yaml",
                Schedulers.Schema,
                outside: null
            );

            Assert.DoesNotContain("hunter2", string.Join("\n", result.Problems), name);
        }
    }

    [TestMethod]
    public void Every_code_that_a_file_can_cause_is_in_the_corpus()
    {
        var expected = Corpus
            .Bad.SelectMany(static row => Corpus.Expected(Corpus.Bytes("bad", (string)row[0])))
            .Select(static line => line.Split(' ')[0])
            .Distinct()
            .Order()
            .ToArray();

        // 1004 (too large) would make a large file; the others are not about what a file says.
        var caused = KnownCodes
            .ListIn(typeof(WiringCodes))
            .Select(static code => code.Code)
            .Where(static code => string.CompareOrdinal(code, "MATTER1003") >= 0 && string.CompareOrdinal(code, "MATTER1025") <= 0)
            .ToList();
        caused.Remove(WiringCodes.TooLarge.Code);
        caused.Remove(WiringCodes.SecretUnavailable.Code);
        CollectionAssert.AreEqual(caused, expected);
    }
}
