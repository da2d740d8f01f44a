using System.Text;
using MatterStack.Engine.Commands.Logs;

namespace MatterStack.Engine.Tests.Commands.Logs;

/// <summary>Lines that programs write in parts, with all that terminals react to.</summary>
[TestClass]
public sealed class LineAssemblerTests
{
    [TestMethod]
    [DataRow("a|b\n", "ab")]
    [DataRow("a\n\nb\n", "a;;b")]
    [DataRow("a\r\nb\r\n", "a;b")]
    [DataRow("10 %\r20 %\r|30 %\n", "30 %")]
    [DataRow("\u001b[31mred\u001b[0m\u0007\n", "red")]
    [DataRow("\u001b]0;title\u0007x\n", "x")]
    [DataRow("step\tenergy\n1\t-2\n", "step    energy;1       -2")]
    [DataRow("  indented\n", "  indented")]
    [DataRow("no end", "no end")]
    [DataRow("::error::x\n", ": :error::x")]
    public void They_are_shown_as_a_person_reads_them(string parts, string lines)
    {
        var assembler = new LineAssembler();
        var got = parts.Split('|').SelectMany(part => assembler.Append(Encoding.UTF8.GetBytes(part))).ToList();
        got.AddRange(assembler.Flush());
        Assert.AreEqual(lines, string.Join(';', got));
    }

    [TestMethod]
    public void A_letter_that_is_cut_in_two_arrives_whole_and_broken_bytes_are_replaced()
    {
        var assembler = new LineAssembler();
        Assert.IsEmpty(assembler.Append([0xc3]));
        CollectionAssert.AreEqual((string[])["ä"], assembler.Append([0xa4, (byte)'\n']).ToArray());
        CollectionAssert.AreEqual((string[])["\ufffdx"], assembler.Append([0xff, (byte)'x', (byte)'\n']).ToArray());
    }

    [TestMethod]
    public void A_line_or_a_progress_bar_without_end_is_bounded()
    {
        var assembler = new LineAssembler();
        var bar = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 20_000).Select(static n => $"{n} steps\r")));
        Assert.IsEmpty(assembler.Append(bar));
        CollectionAssert.AreEqual((string[])["19999 steps"], assembler.Flush().ToArray());

        var lines = assembler.Append(
            new byte[1 << 20]
                .Select(static _ => (byte)'x')
                .ToArray()
        );
        Assert.HasCount(1, lines);
        Assert.IsLessThanOrEqualTo(4000, lines[0].Length);
        Assert.IsEmpty(assembler.Flush());
    }
}
