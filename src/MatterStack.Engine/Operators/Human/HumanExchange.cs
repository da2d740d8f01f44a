using MatterStack.Engine.Campaigns;
using MatterStack.Engine.Files;
using MatterStack.Engine.Operators.Exchange;
using MatterStack.Engine.Problems;

namespace MatterStack.Engine.Operators.Human;

/// <summary>Asks a person by <c>instructions.md</c>. The answer is <c>response.json</c>, which <c>-t:Respond</c> writes; for gates also
/// <c>approved.txt</c> or <c>rejected.txt</c>.</summary>
internal sealed class HumanExchange(string? name) : IExchange
{
    /// <summary>Name of the answer file.</summary>
    public const string ResponseFile = "response.json";

    private const string Approved = "approved.txt";
    private const string Rejected = "rejected.txt";
    private const int MostOfWords = 700;

    public string RequestFile => "instructions.md";

    public void Ask(AttemptOrder order, DateTimeOffset? deadline, AttemptFiles files)
    {
        var gate = order.Task.Kind == TaskKind.Gate;
        var text = RequestText.Head(order, gate ? "Please approve or reject" : "Please do", deadline);
        if (order.Task.Command.Length > 0)
        {
            text.Append("To be done:\n\n```sh\n").Append(order.Task.Command.Trim()).Append("\n```\n\n");
        }

        var respond = $"dotnet build -t:Respond -p:RunId={order.Run} -p:TaskId={order.TaskId}";
        text.Append("Answer in the campaign's folder with\n\n```\n")
            .Append(gate ? $"{respond} -p:Decision=approve\n{respond} -p:Decision=reject -p:Comment=\"why\"\n"
                : $"{respond} -p:Decision=approve -p:DataFile=answer.json\n{respond} -p:Decision=reject -p:Comment=\"why it cannot be done\"\n")
            .Append("```\n\nor with a file `response.json` beside this one:\n\n```json\n{\"status\": \"COMPLETED\", \"data\": {}}\n```\n\n(`\"status\": \"FAILED\"` with an `\"error\"` rejects it")
            .Append(gate ? "; `approved.txt` and `rejected.txt` count as well).\n" : ").\n");
        if (AnswerSchema.Of(order) is not null)
        {
            text.Append("\n`data` must match `work/schema.json`.\n");
        }

        files.Write(order, RequestFile, text.ToString());
    }

    public string WaitsFor(AttemptOrder order) =>
        $"{name ?? "a person"} {(order.Task.Kind == TaskKind.Gate ? "to approve or reject" : "to answer")}{RequestText.Question(order)} ({order.RelativePath}/{RequestFile})";

    public Answer Look(AttemptOrder order)
    {
        var answer = AnswerFile.Read(order.Folder, ResponseFile, AnswerSchema.Of(order));
        var gate = order.Task.Kind == TaskKind.Gate;
        if (answer is Answer.Given { DataJson: null, Done: true } bare && gate)
        {
            return bare with { DataJson = """{"decision": "approve"}""" };
        }

        return answer is Answer.None && gate ? LookForWords(order) : answer;
    }

    private static Answer LookForWords(AttemptOrder order)
    {
        var (approved, rejected) = (Path.Combine(order.Folder, Approved), Path.Combine(order.Folder, Rejected));
        switch (Path.Exists(approved), Path.Exists(rejected))
        {
            case (true, true):
                return new Answer.NotValid($"there are both {Approved} and {Rejected}; remove one", FileTime.Written(rejected));
            case (true, false):
                return Words(order, approved, done: true);
            case (false, true):
                return Words(order, rejected, done: false);
            default:
                return new Answer.None();
        }
    }

    private static Answer Words(AttemptOrder order, string path, bool done)
    {
        var written = FileTime.Written(path);
        if (!RelativePath.StaysInside(order.Folder, path))
        {
            return new Answer.NotValid($"{Path.GetFileName(path)} is a link that leads out of the attempt's folder", written);
        }

        try
        {
            using var reader = new StreamReader(RegularFile.OpenRead(path));
            var buffer = new char[2000];
            var words = UntrustedText.ToLine(new string(buffer, 0, reader.ReadBlock(buffer)).Trim(), MostOfWords);
            var line = (done ? "approve" : "reject") + (words.Length > 0 ? ": " + words : "") + $" ({Path.GetFileName(path)})";
            return new Answer.Given
            {
                Done = done,
                Error = done ? null : "rejected" + (words.Length > 0 ? ": " + words : ""),
                DataJson = done ? """{"decision": "approve"}""" : null,
                Line = line,
                WrittenAt = written,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Answer.NotValid($"{Path.GetFileName(path)} cannot be read: {e.Message}", written);
        }
    }
}
