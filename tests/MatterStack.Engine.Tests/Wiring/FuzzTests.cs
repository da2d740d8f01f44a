using System.Text;
using MatterStack.Engine.Commands.Hosting;
using MatterStack.Engine.Problems;
using MatterStack.Engine.Wiring;
using MatterStack.Engine.Wiring.Parsing;

namespace MatterStack.Engine.Tests.Wiring;

/// <summary>10,000 files that nobody meant to write, always the same ones.</summary>
[TestClass]
[Slow]
public sealed class FuzzTests
{
    private const int Files = 10_000;

    private static readonly string[] Snippets =
    [
        "{",
        "}",
        "[",
        "]",
        ":",
        ": ",
        ",",
        "- ",
        "? ",
        "&a ",
        "*a",
        "<<: *a",
        "!!str ",
        "!",
        "|",
        ">",
        "'",
        "\"",
        "#",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "\t",
        "\n",
        "\r",
        "\r\n",
        "  ",
        "~",
        "null",
        "true",
        "0x10",
        "1e5",
        ".inf",
        "\0",
        "\u0085",
        "\u2028",
        "\uFEFF",
        "\U0001F9EA",
        "${env:",
        "${file:x}",
        "password: x",
        "operators:",
        "kind:",
        "backend: ",
        "a: &a [*a, *a]\n",
        "\\x",
        "\\",
        "@",
        "`",
        "-",
        "!<tag:x,2000:y> ",
    ];

    [TestMethod]
    public void Every_mutated_file_is_valid_or_has_coded_problems_with_a_place()
    {
        var good = Corpus.Good.Select(static row => Corpus.Bytes("good", (string)row[0])).ToArray();
        var seeds = good.Concat(Corpus.Bad.Select(static row => Corpus.Bytes("bad", (string)row[0]))).ToArray();
        var random = new Random(20_260_101);
        var (valid, refused) = (0, 0);
        for (var file = 0; file < Files; file++)
        {
            var bytes = file % 2 == 0 ? good[random.Next(good.Length)] : seeds[random.Next(seeds.Length)];
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                bytes = Mutate(bytes, seeds, random);
            }

            Result<OperatorsFile> result;
            try
            {
                result = OperatorsFile.Parse(CanonicalBytes.FromRaw(bytes), "operators.yaml", Schedulers.Schema, outside: null);
            }
            catch (Exception exception)
            {
                throw new AssertFailedException($"File {file} threw:\n{Encoding.UTF8.GetString(bytes)}", exception);
            }

            _ = result.IsSuccess ? valid++ : refused++;
            Assert.AreEqual(result.IsSuccess, result.Problems.Count == 0, $"file {file}");
            Assert.IsTrue(
                result.Problems.All(static problem =>
                    problem.Position is { Line: > 0, Column: > 0 } && KnownCodes.ListIn(typeof(WiringCodes)).Contains(problem.Code)
                ),
                $"file {file}: {string.Join("; ", result.Problems)}"
            );
            if (result.IsSuccess)
            {
                // What is taken can be written out and means the same.
                var again = OperatorsFileWriter.Write(
                    "again",
                    result.Value.Defaults,
                    result.Value.Operators.Values.Select(OperatorEntry.FromWiring),
                    result.Value.Codes
                );
                Assert.IsTrue(
                    result.Value.HasSameMeaningAs(OperatorsFile.Parse(again, "again", Schedulers.Schema, outside: null).GetValueOrThrow()),
                    Encoding.UTF8.GetString(again)
                );
            }
        }

        Assert.IsGreaterThan(300, valid);
        Assert.IsGreaterThan(3000, refused);
    }

    [TestMethod]
    public void Every_mutated_legacy_file_is_converted_or_has_coded_problems_with_a_place()
    {
        byte[][] seeds = [Encoding.UTF8.GetBytes(LegacyTests.Curc), Encoding.UTF8.GetBytes(LegacyTests.Profiles)];
        var random = new Random(20_260_102);
        var converted = 0;
        for (var file = 0; file < 4000; file++)
        {
            var bytes = seeds[file % 2];
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                bytes = Mutate(bytes, seeds, random);
            }

            var world = new WiringWorld();
            world.Disk.WriteAllBytes("/legacy.yaml", bytes);
            var result = world.Keeper.ResolveWithoutRun(
                file % 2 == 0
                    ? WiringWorld.Request with
                    {
                        HpcConfig = "/legacy.yaml",
                    }
                    : WiringWorld.Request with
                    {
                        Profile = "alpine",
                        ProfilesConfig = "/legacy.yaml",
                    }
            );

            converted += result.IsSuccess ? 1 : 0;
            Assert.IsTrue(
                result.Problems.All(static problem =>
                    problem.Position is not null && KnownCodes.ListIn(typeof(WiringCodes)).Contains(problem.Code)
                ),
                $"file {file}"
            );
        }

        Assert.IsGreaterThan(300, converted);
    }

    [TestMethod]
    [DataRow("[", 300_000)]
    [DataRow("{a: ", 200_000)]
    [DataRow("- ", 400_000)]
    [DataRow("? ", 400_000)]
    [DataRow("a: &a\n", 100_000)]
    [DataRow("[a, ", 200_000)]
    [DataRow("\"", 500_001)]
    [DataRow("a\n", 400_000)]
    [DataRow("a: 1\n", 200_000)]
    [DataRow("# c\n", 250_000)]
    [DataRow("- a\n", 250_000)]
    [DataRow("*a ", 300_000)]
    [DataRow("!t ", 300_000)]
    [DataRow("a:\n ", 200_000)]
    [DataRow("%D x\n", 200_000)]
    public void Repetition_up_to_the_limit_of_size_is_refused_or_read(string text, int times)
    {
        var result = OperatorsFile.Parse(
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(text, times))),
            "operators.yaml",
            Schedulers.Schema,
            outside: null
        );

        Assert.IsFalse(result.IsSuccess);
        Assert.IsTrue(result.Problems.All(static problem => problem.Position is { Line: > 0, Column: > 0 }));
        Assert.IsLessThanOrEqualTo(100, result.Problems.Count);
    }

    private static byte[] Mutate(byte[] bytes, byte[][] seeds, Random random)
    {
        var at = random.Next(bytes.Length + 1);
        var length = Math.Min(bytes.Length - at, random.Next(1, 12));
        return random.Next(8) switch
        {
            0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
            1 => [.. bytes[..at], .. bytes[(at + length)..]],
            2 => [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]],
            3 => bytes[..at],
            4 => Splice(bytes, at, seeds[random.Next(seeds.Length)], random),
            5 => SwapLines(bytes, random),
            _ => [.. bytes[..at], .. Encoding.UTF8.GetBytes(Snippets[random.Next(Snippets.Length)]), .. bytes[at..]],
        };
    }

    private static byte[] Splice(byte[] bytes, int at, byte[] other, Random random)
    {
        var from = random.Next(other.Length + 1);
        return [.. bytes[..at], .. other[from..Math.Min(other.Length, from + random.Next(1, 80))], .. bytes[at..]];
    }

    private static byte[] SwapLines(byte[] bytes, Random random)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n');
        var (one, other) = (random.Next(lines.Length), random.Next(lines.Length));
        (lines[one], lines[other]) = (lines[other], lines[one]);
        return Encoding.Latin1.GetBytes(string.Join('\n', lines));
    }
}
