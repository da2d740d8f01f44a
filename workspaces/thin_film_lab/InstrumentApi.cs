using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Http = Microsoft.AspNetCore.Http.Results;

namespace ThinFilmLab;

/// <summary>The same instrument over HTTP, as <c>docs/experiment-api.md</c> has it: what is asked lies in a folder of the instrument's own,
/// one for each attempt, and outlives it.</summary>
internal static class InstrumentApi
{
    /// <summary>Serves until it is interrupted.</summary>
    /// <param name="instrument">Measures and answers.</param>
    /// <param name="address">E.g. <c>http://127.0.0.1:8080</c>.</param>
    /// <param name="spool">The instrument's folder.</param>
    public static void Serve(InstrumentService instrument, string address, string spool)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(address);
        var gate = new Lock();

        app.MapPut("/attempts/{id}", async (string id, HttpRequest http) =>
        {
            if (Of(spool, id) is not { } folder)
                return Http.BadRequest(new { status = "FAILED", message = $"'{id}' is no attempt id" });
            using var body = new MemoryStream();
            await http.Body.CopyToAsync(body);
            lock (gate)
            {
                // Asked again, since the answer to the first time was lost: nothing is made twice.
                if (!Directory.Exists(folder))
                {
                    Directory.CreateDirectory(folder);
                    var request = Path.Combine(folder, InstrumentService.RequestName);
                    File.WriteAllBytes(request, body.ToArray());
                    instrument.Answer(request);
                }
            }
            return Status(folder);
        });
        app.MapGet("/attempts/{id}", (string id) =>
            Of(spool, id) is { } folder && Directory.Exists(folder) ? Status(folder) : Http.NotFound()
        );
        app.MapGet("/attempts/{id}/result", (string id) =>
            Of(spool, id) is { } folder ? Sent(Path.Combine(folder, InstrumentService.ResultName), "application/json") : Http.NotFound()
        );
        app.MapGet("/attempts/{id}/files/{name}", (string id, string name) =>
            Of(spool, id) is { } folder && name == InstrumentService.CurveName
                ? Sent(Path.Combine(folder, "work", name), "text/csv")
                : Http.NotFound()
        );
        // A film is made at once, so there is nothing left to stop.
        app.MapDelete("/attempts/{id}", (string id) => Http.Conflict());

        Console.WriteLine($"waiting for requests on {address}");
        app.Run();
    }

    private static IResult Status(string folder) =>
        Http.Json(new { status = File.Exists(Path.Combine(folder, InstrumentService.ResultName)) ? "COMPLETED" : "RUNNING" });

    private static IResult Sent(string file, string type) => File.Exists(file) ? Http.File(Path.GetFullPath(file), type) : Http.NotFound();

    // An id becomes a folder's name.
    private static string? Of(string spool, string id) => Regex.IsMatch(id, "^[0-9A-Za-z_]{1,64}$") ? Path.Combine(spool, id) : null;
}
