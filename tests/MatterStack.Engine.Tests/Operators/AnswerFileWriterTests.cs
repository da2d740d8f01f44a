using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Tests.Wiring;

namespace MatterStack.Engine.Tests.Operators;

/// <summary>The first valid answer of a person counts, and no other text is lost.</summary>
[TestClass]
public sealed class AnswerFileWriterTests : IDisposable
{
    private const string Answer = """{"status": "COMPLETED", "responded_by": "ada", "responded_at_utc": "2026-01-01T00:00:00Z"}""";
    private readonly TempFolder _folder = new();
    private readonly AnswerFileWriter _writer;

    public AnswerFileWriterTests() => _writer = new AnswerFileWriter(RealDisk.Instance, _folder.Path, "response.json");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void A_second_answer_is_refused_and_names_the_first()
    {
        Assert.IsTrue(_writer.TryWriteAnswer(System.Text.Encoding.UTF8.GetBytes(Answer)));

        Assert.IsFalse(_writer.TryWriteAnswer("{}"u8.ToArray()));
        Assert.AreEqual(" by ada at 2026-01-01T00:00:00Z", _writer.DescribeResponder());
        Assert.AreEqual(Answer, File.ReadAllText(_writer.FilePath));
    }

    [TestMethod]
    public void Incomplete_answers_are_kept_under_names_of_their_own()
    {
        foreach (var half in new[] { "{", "[" })
        {
            File.WriteAllText(_writer.FilePath, half);
            Assert.IsTrue(_writer.TryWriteAnswer(System.Text.Encoding.UTF8.GetBytes(Answer)));
            File.Move(_writer.FilePath, _folder.In("taken.json"), overwrite: true);
        }

        Assert.AreEqual("{", File.ReadAllText(_folder.In("response.invalid-1.json")));
        Assert.AreEqual("[", File.ReadAllText(_folder.In("response.invalid-2.json")));
    }

    [TestMethod]
    public void A_full_disk_is_an_error_and_leaves_no_answer()
    {
        Assert.Throws<IOException>(() =>
            new AnswerFileWriter(new FullDisk(RealDisk.Instance), _folder.Path, "response.json").TryWriteAnswer("{}"u8.ToArray())
        );
        Assert.IsFalse(File.Exists(_writer.FilePath));
    }
}
