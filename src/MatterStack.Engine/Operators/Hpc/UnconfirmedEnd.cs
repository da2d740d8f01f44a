using MatterStack.Engine.Files;

namespace MatterStack.Engine.Operators.Hpc;

/// <summary>
/// Wait for an accounting record of a job that has left the queue. The accounting is queried for a limited time, since an exit code of 0
/// may hide that the node killed a part of the job.
/// </summary>
/// <remarks>
/// A file in the attempt's folder marks the start of the wait, so that it also counts for later processes. It stays if the end was never
/// confirmed.
/// </remarks>
internal sealed class UnconfirmedEnd
{
    /// <summary>File in an attempt's folder while its end is unconfirmed.</summary>
    public const string FileName = "end_unconfirmed";

    /// <summary>Time that the accounting may be late or silent.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(5);

    private TimeSpan _waited;
    private TimeSpan? _lastQueryAt;

    /// <summary>Whether the time limit has passed.</summary>
    public bool HasTimedOut => _waited >= MaxWait;

    /// <summary>Reads the marker of an earlier process. Returns null if there is none.</summary>
    public static UnconfirmedEnd? ReadMarker(AttemptRequest request, DateTimeOffset now)
    {
        var path = Path.Combine(request.Folder, FileName);
        return File.Exists(path) ? new UnconfirmedEnd { _waited = now - FileTime.ReadWriteTime(path) } : null;
    }

    /// <summary>Counts a query that the machine has answered.</summary>
    /// <param name="job">The job.</param>
    /// <param name="files">The files of attempts.</param>
    /// <param name="now">Time of the query.</param>
    /// <param name="most">Maximum time since the last query that is counted: in a longer gap nothing was queried, or the machine did not
    /// answer.</param>
    public static UnconfirmedEnd CountQuery(ClusterJob job, AttemptFiles files, TimeSpan now, TimeSpan most)
    {
        if (job.UnconfirmedEnd is not { } end)
        {
            job.UnconfirmedEnd = end = new UnconfirmedEnd();
            try
            {
                files.WriteFile(job.Request, FileName, "");
            }
            catch (Exception e) when (DiskErrors.IsAccessError(e))
            {
                // A later process starts to count again.
            }
        }

        if (end._lastQueryAt is { } last)
        {
            end._waited += now - last < most ? now - last : most;
        }

        end._lastQueryAt = now;
        return end;
    }

    /// <summary>Ends the wait: the scheduler has reported a state.</summary>
    public static void ClearMarker(ClusterJob job, AttemptFiles files)
    {
        if (job.UnconfirmedEnd is null)
        {
            return;
        }

        job.UnconfirmedEnd = null;
        try
        {
            files.DeleteFile(job.Request, FileName);
        }
        catch (Exception e) when (DiskErrors.IsAccessError(e))
        {
            // Then the old marker stays, and a later wait is shorter.
        }
    }
}
