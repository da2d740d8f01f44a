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

    private const string ApprovedFile = "approved.txt";
    private const string RejectedFile = "rejected.txt";
    private const int MaxCommentLength = 700;

    public string RequestFileName => "instructions.md";

    public void WriteRequest(AttemptRequest order, DateTimeOffset? deadline, AttemptFiles files)
    {
        var gate = order.Task.Kind == TaskKind.Gate;
        var text = RequestText.CreateHeader(order, gate ? "Please approve or reject" : "Please do", deadline);
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
        if (AnswerSchema.FindSchema(order) is not null)
        {
            text.Append("\n`data` must match `work/schema.json`.\n");
        }

        files.WriteFile(order, RequestFileName, text.ToString());
    }

    public string DescribeWait(AttemptRequest order) =>
        $"{name ?? "a person"} {(order.Task.Kind == TaskKind.Gate ? "to approve or reject" : "to answer")}{RequestText.GetQuestion(order)} ({order.RelativeFolder}/{RequestFileName})";

    public ExchangeAnswer ReadAnswer(AttemptRequest order)
    {
        var answer = AnswerFile.ReadAnswer(order.Folder, ResponseFile, AnswerSchema.FindSchema(order));
        var gate = order.Task.Kind == TaskKind.Gate;
        if (answer is ExchangeAnswer.Valid { DataJson: null, IsCompleted: true } bare && gate)
        {
            return bare with { DataJson = """{"decision": "approve"}""" };
        }

        return answer is ExchangeAnswer.None && gate ? ReadDecisionFiles(order) : answer;
    }

    private static ExchangeAnswer ReadDecisionFiles(AttemptRequest order)
    {
        var (approved, rejected) = (Path.Combine(order.Folder, ApprovedFile), Path.Combine(order.Folder, RejectedFile));
        switch (Path.Exists(approved), Path.Exists(rejected))
        {
            case (true, true):
                return new ExchangeAnswer.Invalid($"there are both {ApprovedFile} and {RejectedFile}; remove one", FileTime.ReadWriteTime(rejected));
            case (true, false):
                return ReadDecision(order, approved, done: true);
            case (false, true):
                return ReadDecision(order, rejected, done: false);
            default:
                return new ExchangeAnswer.None();
        }
    }

    private static ExchangeAnswer ReadDecision(AttemptRequest order, string path, bool done)
    {
        var written = FileTime.ReadWriteTime(path);
        if (!RelativePath.StaysInside(order.Folder, path))
        {
            return new ExchangeAnswer.Invalid($"{Path.GetFileName(path)} is a link that leads out of the attempt's folder", written);
        }

        try
        {
            using var reader = new StreamReader(RegularFile.OpenRead(path));
            var buffer = new char[2000];
            var words = UntrustedText.ToLine(new string(buffer, 0, reader.ReadBlock(buffer)).Trim(), MaxCommentLength);
            var line = (done ? "approve" : "reject") + (words.Length > 0 ? ": " + words : "") + $" ({Path.GetFileName(path)})";
            return new ExchangeAnswer.Valid
            {
                IsCompleted = done,
                Error = done ? null : "rejected" + (words.Length > 0 ? ": " + words : ""),
                DataJson = done ? """{"decision": "approve"}""" : null,
                Summary = line,
                WrittenAt = written,
            };
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            return new ExchangeAnswer.Invalid($"{Path.GetFileName(path)} cannot be read: {e.Message}", written);
        }
    }
}
