using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>A job is not in the queue any more, and the accounting does not say how it ended: it is asked for a while, since an exit code of 0 may hide that the node killed a part of the job.</summary>
/// <remarks>A file in the attempt's folder says since when, so that it counts for those that come after this process. It stays where the end was never confirmed.</remarks>
internal sealed class UnconfirmedEnd
{
    /// <summary>File in an attempt's folder as long as its end is not confirmed.</summary>
    public const string FileName = "end_unconfirmed";

    /// <summary>How long the accounting may be late or silent.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private TimeSpan _waited;
    private TimeSpan? _asked;

    /// <summary>Whether it has been asked long enough.</summary>
    public bool IsOver => _waited >= Longest;

    /// <summary>What an earlier process has left; null: nothing.</summary>
    public static UnconfirmedEnd? Of(AttemptOrder order, DateTimeOffset now)
    {
        var path = Path.Combine(order.Folder, FileName);
        return File.Exists(path) ? new UnconfirmedEnd { _waited = now - FileTime.Written(path) } : null;
    }

    /// <summary>It was asked, and the machine has answered.</summary>
    /// <param name="job">The job.</param>
    /// <param name="files">The files of attempts.</param>
    /// <param name="now">When.</param>
    /// <param name="most">Most that counts of the time since it was asked last: in the rest nobody asked, or the machine did not answer.</param>
    public static UnconfirmedEnd Count(ClusterJob job, AttemptFiles files, TimeSpan now, TimeSpan most)
    {
        if (job.Unconfirmed is not { } end)
        {
            job.Unconfirmed = end = new UnconfirmedEnd();
            try
            {
                files.Write(job.Order, FileName, "");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Whoever comes after this process begins anew.
            }
        }

        if (end._asked is { } last)
        {
            end._waited += now - last < most ? now - last : most;
        }

        end._asked = now;
        return end;
    }

    /// <summary>The scheduler says how it is.</summary>
    public static void Forget(ClusterJob job)
    {
        if (job.Unconfirmed is null)
        {
            return;
        }

        job.Unconfirmed = null;
        try
        {
            File.Delete(Path.Combine(job.Order.Folder, FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It says too much then, and nobody waits a second time.
        }
    }
}
