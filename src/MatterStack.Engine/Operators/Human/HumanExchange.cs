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

    public void WriteRequest(AttemptRequest request, DateTimeOffset? deadline, AttemptFiles files)
    {
        var gate = request.Task.Kind == TaskKind.Gate;
        var text = RequestText.CreateHeader(request, gate ? "Please approve or reject" : "Please do", deadline);
        if (request.Task.Command.Length > 0)
        {
            text.Append("To be done:\n\n```sh\n").Append(request.Task.Command.Trim()).Append("\n```\n\n");
        }

        var respond = $"dotnet build -t:Respond -p:RunId={request.Run} -p:TaskId={request.TaskId}";
        text.Append("Answer in the campaign's folder with\n\n```\n")
            .Append(
                gate
                    ? $"{respond} -p:Decision=approve\n{respond} -p:Decision=reject -p:Comment=\"why\"\n"
                    : $"{respond} -p:Decision=approve -p:DataFile=answer.json\n{respond} -p:Decision=reject -p:Comment=\"why it "
                        + $"cannot be done\"\n"
            )
            .Append(
                "```\n\nor with a file `response.json` beside this one:\n\n```json\n{\"status\": \"COMPLETED\", \"data\": {}}\n```\n\n"
                    + "(`\"status\": \"FAILED\"` with an `\"error\"` rejects it"
            )
            .Append(gate ? "; `approved.txt` and `rejected.txt` count as well).\n" : ").\n");
        if (AnswerSchema.FindSchema(request) is not null)
        {
            text.Append("\n`data` must match `work/schema.json`.\n");
        }

        files.WriteFile(request, RequestFileName, text.ToString());
    }

    public string DescribeWait(AttemptRequest request) =>
        $"{name ?? "a person"} {(request.Task.Kind == TaskKind.Gate ? "to approve or reject" : "to answer")}"
        + $"{RequestText.GetQuestion(request)} ({request.RelativeFolder}/{RequestFileName})";

    public ExchangeAnswer ReadAnswer(AttemptRequest request)
    {
        var answer = AnswerFile.ReadAnswer(request.Folder, ResponseFile, AnswerSchema.FindSchema(request));
        var gate = request.Task.Kind == TaskKind.Gate;
        if (answer is ExchangeAnswer.Valid { DataJson: null, IsCompleted: true } bare && gate)
        {
            return bare with { DataJson = """{"decision": "approve"}""" };
        }

        return answer is ExchangeAnswer.None && gate ? ReadDecisionFiles(request) : answer;
    }

    private static ExchangeAnswer ReadDecisionFiles(AttemptRequest request)
    {
        var (approved, rejected) = (Path.Combine(request.Folder, ApprovedFile), Path.Combine(request.Folder, RejectedFile));
        switch (Path.Exists(approved), Path.Exists(rejected))
        {
            case (true, true):
                return new ExchangeAnswer.Invalid(
                    $"there are both {ApprovedFile} and {RejectedFile}; remove one",
                    FileTime.ReadWriteTime(rejected)
                );
            case (true, false):
                return ReadDecision(request, approved, done: true);
            case (false, true):
                return ReadDecision(request, rejected, done: false);
            default:
                return new ExchangeAnswer.None();
        }
    }

    private static ExchangeAnswer ReadDecision(AttemptRequest request, string path, bool done)
    {
        var written = FileTime.ReadWriteTime(path);
        if (!RelativePath.StaysInside(request.Folder, path))
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
