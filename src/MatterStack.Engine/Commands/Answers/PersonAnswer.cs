using System.Text.Json.Nodes;
using MatterStack.Engine.Operators.Exchange;

namespace MatterStack.Engine.Commands.Answers;

/// <summary>An answer of a person.</summary>
/// <param name="Status">Status of the answer file.</param>
/// <param name="Decision"><c>approve</c> or <c>reject</c>.</param>
/// <param name="RespondedBy">User and machine.</param>
/// <param name="Data">Data; null if there are none.</param>
/// <param name="Comment">Comment; null if there is none.</param>
/// <param name="RespondedAt">Time of the answer, as text of the file.</param>
internal sealed record PersonAnswer(
    string Status,
    string Decision,
    string RespondedBy,
    JsonObject? Data,
    string? Comment,
    string RespondedAt
)
{
    /// <summary>Content of the answer file.</summary>
    public byte[] Content =>
        field ??= AnswerFileWriter.Format(
            new JsonObject
            {
                ["status"] = Status,
                ["decision"] = Decision,
                ["data"] = Data,
                ["error"] = Status == AnswerFile.FailedStatus ? "rejected" + (Comment is null ? "" : ": " + Comment) : null,
                ["comment"] = Comment,
                ["responded_by"] = RespondedBy,
                ["responded_at_utc"] = RespondedAt,
            }
        );
}
